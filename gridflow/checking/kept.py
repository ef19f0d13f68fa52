"""What the check found, kept by digest: the same files always give the same findings."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from gridflow.catalogue import Bundle
from gridflow.checking.bundles import Others, check_bundle
from gridflow.checking.findings import Found

MOST = 200
_KEPT: OrderedDict[tuple[str, Others | None], tuple[Found, ...]] = OrderedDict()
_LOCK = Lock()


def checked(bundle: Bundle, others: Others | None = None) -> Sequence[Found]:
    """Return what the check finds, errors first; a bundle among the same others is checked at most once per process."""
    found = _KEPT.get((bundle.digest, others))
    if found is None:
        found = tuple(sorted(check_bundle(bundle, others=others), key=lambda one: one.finding.severity != "error"))
        with _LOCK:
            _KEPT[bundle.digest, others] = found
            if len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    return found


def known(digest: str, others: Others | None = None) -> Sequence[Found] | None:
    """Return what the check found in a bundle of that digest; None where nobody asked yet."""
    return _KEPT.get((digest, others))
