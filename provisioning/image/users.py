"""Who is who on a box, and what is whose (sysusers.d(5), tmpfiles.d(5), polkit(8)). Pure.

`motcua` is the parts a citizen or an official touches. It reads its settings and owns no secret of
the box: key, claim, orders and settings are the agent's. The broker reads the key by its group.
"""

USER = "motcua"
AGENT = "motcua-agent"
BROKER = "motcua-broker"
SHELL = "motcua-shell"
KEY_READERS = "motcua-identity"

STATE = "/var/lib/motcua"
AGENT_STATE = "/var/lib/motcua-agent"
BROKER_STATE = "/var/lib/motcua-broker"
SHELL_STATE = "/var/lib/motcua-shell"
FIRMWARE = "/var/lib/motcua-firmware"
BROKER_FILE = f"{AGENT_STATE}/broker/mosquitto.conf"
SETTINGS = "/etc/motcua"
SECRETS = f"{SETTINGS}/secrets"
STICKS = "/run/media/motcua"
SHELL_SOCKET = "/run/motcua-shell.sock"

_DEVICES = ("lp", "dialout", "input", "video", "render", "audio", "plugdev", "gpio")

SYSUSERS = f"""\
u {USER} - "motcua-edge, devices and screens" {STATE}
u {AGENT} - "motcua-edge, the box's identity" {AGENT_STATE}
u {BROKER} - "motcua-edge, the box's broker" {BROKER_STATE}
u {SHELL} - "motcua-edge, a technician's terminal" {SHELL_STATE} /bin/bash
g {KEY_READERS} -
m {AGENT} {KEY_READERS}
m {BROKER} {KEY_READERS}
{"".join(f"m {USER} {group}{chr(10)}" for group in _DEVICES)}"""

TMPFILES = f"""\
# The agent writes what others read: they may look through its folder, and see two folders of it.
d {AGENT_STATE} 0710 {AGENT} {KEY_READERS}
d {AGENT_STATE}/identity 2750 {AGENT} {KEY_READERS}
d {AGENT_STATE}/broker 0750 {AGENT} {KEY_READERS}
Z {AGENT_STATE}/broker ~0750 {AGENT} {KEY_READERS}
d {STATE} 0750 {USER} {USER}
# A board's new firmware: fetched by the agent, installed by the parts.
d {FIRMWARE} 2750 {AGENT} {USER}
d {BROKER_STATE} 0700 {BROKER} {BROKER}
d {SHELL_STATE} 0700 {SHELL} {SHELL}
# Settings: written by the agent, read by the parts; its own are nobody else's, the claim is there.
d {SETTINGS} 2750 {AGENT} {USER}
Z {SETTINGS} ~2750 {AGENT} {USER}
z {SETTINGS}/agent.toml 0640 {AGENT} {AGENT}
# Secrets of the province's systems: put there at the box, read by the parts, not the agent's.
d {SECRETS} 2750 root {USER}
Z {SECRETS} ~2750 root {USER}
d {STICKS} 0700 {AGENT} {AGENT}
"""

UDEV = f"""\
# Who may use what: {USER} is in these groups.
SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", GROUP="lp", MODE="0660"
SUBSYSTEM=="tty", SUBSYSTEMS=="usb", GROUP="dialout", MODE="0660"
SUBSYSTEM=="input", KERNEL=="event[0-9]*", GROUP="input", MODE="0660"
SUBSYSTEM=="video4linux", GROUP="video", MODE="0660"
SUBSYSTEM=="gpio", KERNEL=="gpiochip[0-9]*", GROUP="gpio", MODE="0660"
# A stick with FAT is mounted for the agent, which reads and writes its folder `motcua` only.
ACTION=="add", SUBSYSTEM=="block", SUBSYSTEMS=="usb", ENV{{ID_FS_TYPE}}=="vfat|exfat", \\
  RUN{{program}}+="/usr/bin/systemd-mount --no-block --collect \\
  --options=uid={AGENT},gid={AGENT},umask=0077,nodev,nosuid,noexec $devnode {STICKS}/$kernel"
"""

POLKIT = f"""\
// The agent starts units of ours anew, and the box; the parts of the box may not. These use pcscd,
// where Debian has it ask (13 does): a chip reader is the device process's.
polkit.addRule(function(action, subject) {{
  if (subject.user === "{USER}"
      && (action.id === "org.debian.pcsc-lite.access_pcsc"
        || action.id === "org.debian.pcsc-lite.access_card")) return polkit.Result.YES;
  if (subject.user !== "{AGENT}") return polkit.Result.NOT_HANDLED;
  if (action.id === "org.freedesktop.systemd1.manage-units"
      && action.lookup("verb") === "restart"
      && /^motcua-[a-z]+\\.service$/.test(action.lookup("unit"))) return polkit.Result.YES;
  if (action.id === "org.freedesktop.login1.reboot"
      || action.id === "org.freedesktop.login1.reboot-multiple-sessions") return polkit.Result.YES;
  return polkit.Result.NOT_HANDLED;
}});
"""

MODULES = """\
# A unit's DeviceAllow= names kinds of devices; the kernel knows a kind once its driver is loaded,
# and a printer may be plugged in long after the unit began.
usblp
usbserial
cdc_acm
videodev
snd
"""
