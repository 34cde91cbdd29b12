"""`python -m kiosk.counter.pin` makes an officer's `pin_hash`; the hashing is `devices.web.pin`."""

import getpass

from devices.web.pin import hash_pin

if __name__ == "__main__":
    print(hash_pin(getpass.getpass("PIN: ")))  # noqa: T201 - this is the answer
