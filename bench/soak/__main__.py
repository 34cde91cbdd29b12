"""`python -m bench.soak [SESSIONS]`: run the soak and print its table, without writing it."""

import sys

from bench.soak.measured import SESSIONS, measure

if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if sys.argv[1:] else SESSIONS).as_markdown())
