"""The crawl process, which writes the most memory that it ever held (kB) to the file of the environment."""

import atexit
import os
import resource
import sys
from pathlib import Path

from spiders.worker import main

FILE = Path(os.environ["CHIPWIRE_TEST_MEMORY"])
atexit.register(lambda: FILE.write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)))
sys.exit(main())
