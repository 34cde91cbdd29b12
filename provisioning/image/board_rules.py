"""What keeps other programs away from a board's serial port.

ModemManager writes to a fresh port for some seconds to see whether it is a modem; brltty takes
common serial chips for braille displays and unbinds their driver. A modem of the box itself is
left to ModemManager: only makers of boards and of serial chips are named.
"""

_MAKERS = {
    "2e8a": "Raspberry Pi: Pico, debug probe",
    "0403": "FTDI",
    "10c4": "Silicon Labs CP210x",
    "1a86": "WCH CH340",
    "067b": "Prolific PL2303",
    "2fe3": "Zephyr's own number",
    "0483": "STMicroelectronics",
    "1366": "SEGGER on Nordic's and others' boards",
    "1915": "Nordic",
}
_VENDORS = "|".join(_MAKERS)

BOARD_UDEV = f"""\
# A board is no modem ({", ".join(_MAKERS.values())}).
SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ATTR{{idVendor}}=="{_VENDORS}", \\
  ENV{{ID_MM_DEVICE_IGNORE}}="1"
SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ATTRS{{idVendor}}=="{_VENDORS}", \\
  ENV{{ID_MM_DEVICE_IGNORE}}="1", ENV{{ID_MM_PORT_IGNORE}}="1", GROUP="dialout", MODE="0660"
# The first port of a Pico, whichever it is, beside its name below /dev/serial/by-id.
SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ENV{{ID_VENDOR_ID}}=="2e8a", \\
  ENV{{ID_USB_INTERFACE_NUM}}=="00", SYMLINK+="motcua-board"
"""

# brltty's rules for serial chips that anything may have in it: masked, under each of their names
BRLTTY_RULES = ("85-brltty.rules", "90-brltty-usb-generic.rules")
