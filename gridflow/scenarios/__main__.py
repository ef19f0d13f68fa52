"""The process in which drafts are tried; see `stage`."""

import sys

from gridflow.scenarios.stage import serve

if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
