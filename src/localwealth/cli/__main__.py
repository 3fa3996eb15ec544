"""The command line as ``python -m localwealth.cli``."""

import sys

from localwealth.cli import main

if __name__ == "__main__":
    sys.exit(main())
