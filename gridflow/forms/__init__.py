"""Forms as data: form-js JSON read strictly, checked by the server, shown by Jinja."""

from gridflow.forms.errors import FormBroken, FormError, FormInvalid, FormRefused
from gridflow.forms.faults import faults
from gridflow.forms.fields import GROUPED, Field, Option
from gridflow.forms.files import Upload
from gridflow.forms.form import Form
from gridflow.forms.loading import Submission
from gridflow.forms.masking import mask
from gridflow.forms.notices import Notice, notices
from gridflow.forms.viewing import FieldView

__all__ = [
    "GROUPED",
    "Field",
    "FieldView",
    "Form",
    "FormBroken",
    "FormError",
    "FormInvalid",
    "FormRefused",
    "Notice",
    "Option",
    "Submission",
    "Upload",
    "faults",
    "mask",
    "notices",
]
