"""`python -m dialer`: what the front door runs."""

import sys

from dialer.cli.main import main

sys.exit(main())
