"""`python3 -m socketpool run PATH`: runs a CIRCUITPY drive as a board would."""

import sys

from socketpool_run.cli import main

sys.exit(main())
