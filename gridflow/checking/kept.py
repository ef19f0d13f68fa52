"""What the check found, kept by digest: the same files always give the same findings."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from gridflow.catalogue import Bundle
from gridflow.checking.bundles import check_bundle
from gridflow.checking.findings import Found

MOST = 200
_KEPT: OrderedDict[str, tuple[Found, ...]] = OrderedDict()
_LOCK = Lock()


def checked(bundle: Bundle) -> Sequence[Found]:
    """Return what the check finds, errors first; a bundle is checked at most once per process."""
    found = known(bundle.digest)
    if found is None:
        found = tuple(sorted(check_bundle(bundle), key=lambda one: one.finding.severity != "error"))
        with _LOCK:
            _KEPT[bundle.digest] = found
            if len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    return found


def known(digest: str) -> Sequence[Found] | None:
    """Return what the check found in a bundle of that digest; None where nobody asked yet."""
    return _KEPT.get(digest)
