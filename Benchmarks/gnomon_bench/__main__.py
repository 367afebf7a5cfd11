"""python -m gnomon_bench: see --help."""

import sys

from .command_line import main

sys.exit(main())
