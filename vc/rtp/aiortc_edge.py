"""ICE, DTLS and SRTP by aiortc and aioice, and every private hook into them.

aiortc's public transports (RTCIceTransport, RTCDtlsTransport) do the handshakes. Media go past its
senders, receivers and queues: a datagram is unprotected where the socket hands it over, and leaves
on the socket itself. HOOKS names what is private; its test fails by name when an upgrade takes one
away.
"""

import asyncio
import contextlib
import os
import random
import socket
from collections.abc import Callable
from typing import Any

import msgspec
import pylibsrtp
from aioice import stun
from aioice.candidate import Candidate as IceCandidate
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol, get_host_addresses, server_reflexive_candidate
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceServer,
    RTCIceTransport,
)
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from pylibsrtp._binding import ffi, lib

from devices.contract.errors import MotcuaError
from vc.messages import IceServer
from vc.rtp.config import PeerConfig
from vc.rtp.errors import NoIceError
from vc.rtp.sdp import Candidate, Description

HOOKS = {
    "RTCIceGatherer._connection": "the ICE agent itself",
    "RTCCertificate._create_ssl_context": "GStreamer's certificates are RSA: allow ECDHE-RSA",
    "RTCDtlsTransport._set_role": "the role is negotiated in our own SDP",
    "RTCDtlsTransport._rx_srtp": "unprotect where the datagram arrives",
    "RTCDtlsTransport._tx_srtp": "protect where the datagram leaves",
    "Connection.get_component_candidates": "host addresses, ports and buffers by configuration",
    "Connection.query_consent": "a dead peer is noticed in 4 s, not 30",
    "Connection._query_consent_task": "the agent does not wait for a consent that ended",
    "Connection._protocols": "sockets we opened belong to the agent",
    "Connection._nominated": "where datagrams go",
    "Connection._queue": "what is neither STUN nor media waits here; bounded",
    "Connection.build_request": "a consent check",
    "StunProtocol.datagram_received": "media go past the agent's queue",
    "StunProtocol.transport": "the socket",
    "Session._srtp": "one call a packet without its wrapper's allocations",
}
_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    b"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA"
)
_MAX_DATAGRAM = 1500
_MAX_QUEUED = 64
_MAX_REMOTE = 64
"""Candidates of the other side in a session; the agent checks every one of them."""
_SEND_BUFFER_BYTES = 1 << 20
_BIND_TRIES = 50
_COMPONENT = 1
_GATHER_S = 5
_MEDIA = range(128, 192)  # RFC 7983: the first byte of SRTP and SRTCP
_RTCP = range(192, 224)  # RFC 5761 §4: the second byte of RTCP
_DTLS = range(20, 64)

OnPacket = Callable[[bytes], None]


class TransportError(MotcuaError):
    """The other side could not be reached, or is not who its description says."""

    code = "rtp.transport"
    retry = True


class _Certificate(RTCCertificate):
    def _create_ssl_context(self, srtp_profiles: Any) -> Any:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(_CIPHERS)
        return context


class LocalTransport(msgspec.Struct, frozen=True):
    """What our description says of the transport."""

    user: str
    password: str
    fingerprints: tuple[str, ...]
    candidates: tuple[str, ...]


class Transport:
    """ICE, DTLS and SRTP of one session, from `gather` to `close`."""

    def __init__(
        self,
        config: PeerConfig,
        ice_servers: tuple[IceServer, ...],
        *,
        relay_only: bool,
        on_rtp: OnPacket,
        on_rtcp: OnPacket,
        on_lost: Callable[[str], None],
    ) -> None:
        self._config = config
        self._relay_only = relay_only
        self._on_rtp, self._on_rtcp, self._on_lost = on_rtp, on_rtcp, on_lost
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        try:
            self._gatherer = RTCIceGatherer([_server(one) for one in ice_servers], policy)
        except ValueError as error:
            raise NoIceError(f"an ICE server's address is not usable: {error}") from error
        self._agent: Connection = self._gatherer._connection  # noqa: SLF001
        self._agent.get_component_candidates = self._gather_component  # type: ignore[method-assign] # the hook
        self._agent.query_consent = self._query_consent  # type: ignore[method-assign] # the hook
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [_Certificate.generateCertificate()])
        self._unprotect: Callable[[bytes], bytes | None] = _nothing
        self._unprotect_rtcp: Callable[[bytes], bytes | None] = _nothing
        self._protect: Callable[[bytes], bytes | None] = _nothing
        self._protect_rtcp: Callable[[bytes], bytes | None] = _nothing
        self._socket: socket.socket | None = None
        self._sendto: Callable[[bytes, Any], object] = _dropped
        self._address: Any = None
        self._pair: Any = None
        self._is_closed = False
        self._remote_left = _MAX_REMOTE
        self._media_left = config.max_packets_per_s
        self.dropped = 0
        """Datagrams that the socket's buffer had no room for."""

    async def gather(self, *, controlling: bool) -> LocalTransport:
        """Find our candidates; raises NoIceError when there is none.

        Who offers controls (RFC 8445 §6.1.1), from the first check that may come.
        """
        self._agent.ice_controlling = controlling
        await self._gatherer.gather()
        if self._is_closed:
            await self._agent.close()
        mine = self._agent.local_candidates
        if not mine:
            raise NoIceError("there is no address, or no relay, to be reached at")
        said = self._dtls.getLocalParameters().fingerprints
        return LocalTransport(
            self._agent.local_username,
            self._agent.local_password,
            tuple(f"{one.algorithm} {one.value}" for one in said if one.algorithm == "sha-256"),
            tuple(one.to_sdp() for one in mine),
        )

    async def connect(self, remote: Description, *, role: str) -> None:
        """Shake hands; `role` is ours in DTLS, `client` or `server`. Raises TransportError."""
        if remote.lite:
            self._agent.ice_controlling = True
        self._dtls._set_role(role)  # noqa: SLF001
        await self.add_candidates(remote.candidates)
        await self._ice.start(RTCIceParameters(remote.user, remote.password, remote.lite))
        if self._ice.state != "completed":
            raise TransportError("no way through the network (ICE)")
        fingerprints = [RTCDtlsFingerprint(one.algorithm, one.value) for one in remote.fingerprints]
        await self._dtls.start(RTCDtlsParameters(fingerprints, role))
        if self._dtls.state != "connected":
            raise TransportError("the other side's certificate is not the one described (DTLS)")
        self._take_over()

    async def add_candidates(self, candidates: tuple[Candidate, ...]) -> None:
        """Take the other side's candidates, the first 64 of a session.

        Their end is never told to the agent: a browser that hides its addresses is still found by
        its own checks, and `connect` has a deadline.
        """
        taken = candidates[: self._remote_left]
        self._remote_left -= len(taken)
        for one in taken:
            await self._agent.add_remote_candidate(
                IceCandidate(
                    one.foundation,
                    _COMPONENT,
                    "udp",
                    one.priority,
                    one.address,
                    one.port,
                    one.kind,
                )
            )

    def send(self, packet: bytes) -> None:
        """Protect an RTP packet and send it; dropped when there is no way or no room."""
        protected = self._protect(packet)
        if protected is not None:
            self._send(protected)

    def send_rtcp(self, packet: bytes) -> None:
        """Protect a compound RTCP packet and send it."""
        protected = self._protect_rtcp(packet)
        if protected is not None:
            self._send(protected)

    def refresh(self) -> None:
        """Follow the agent when it has nominated another pair; to be called every second."""
        self._media_left = self._config.max_packets_per_s
        pair = self._agent._nominated.get(_COMPONENT)  # noqa: SLF001
        if pair is None or pair is self._pair:
            return
        self._pair, self._address = pair, pair.remote_addr
        inner = pair.protocol.transport.get_extra_info("socket")
        self._close_socket()
        if inner is None:  # a relay
            self._sendto = pair.protocol.transport.sendto
            return
        self._socket = socket.socket(fileno=os.dup(inner.fileno()))
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        self._sendto = self._socket.sendto

    async def close(self) -> None:
        """End the session: the other side is told by DTLS, sockets are closed."""
        self._is_closed = True
        self._on_lost = _ignored
        self._unprotect = self._unprotect_rtcp = self._protect = self._protect_rtcp = _nothing
        await self._dtls.stop()
        self._close_socket()
        await self._ice.stop()

    def _close_socket(self) -> None:
        self._sendto = _dropped
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, datagram: bytes) -> None:
        try:
            self._sendto(datagram, self._address)
        except BlockingIOError:
            self.dropped += 1
        except OSError:  # no route, or a port that is closed: consent will end the session
            self.dropped += 1

    def _take_over(self) -> None:
        """Media and loss of the session are ours from here."""
        receiving, sending = self._dtls._rx_srtp, self._dtls._tx_srtp  # noqa: SLF001
        self._unprotect = _crypt(receiving, lib.srtp_unprotect)
        self._unprotect_rtcp = _crypt(receiving, lib.srtp_unprotect_rtcp)
        self._protect = _crypt(sending, lib.srtp_protect)
        self._protect_rtcp = _crypt(sending, lib.srtp_protect_rtcp)
        self._ice.on("statechange", self._on_ice_state)
        self._dtls.on("statechange", self._on_dtls_state)
        self.refresh()

    def _on_ice_state(self) -> None:
        if self._ice.state in ("failed", "closed"):
            self._on_lost("the way through the network is gone")

    def _on_dtls_state(self) -> None:
        if self._dtls.state in ("failed", "closed"):
            self._on_lost("the other side closed the session")

    def _on_datagram(self, agent_takes: Callable[[bytes, Any], None], data: bytes, at: Any) -> None:
        first = data[0] if data else 0
        if first in _MEDIA:
            if not 12 <= len(data) <= _MAX_DATAGRAM or not self._media_left:  # noqa: PLR2004 - an RTP header
                return
            self._media_left -= 1
            if data[1] in _RTCP:
                if (clear := self._unprotect_rtcp(data)) is not None:
                    self._on_rtcp(clear)
            elif (clear := self._unprotect(data)) is not None:
                self._on_rtp(clear)
        elif first < 4 or (first in _DTLS and self._agent._queue.qsize() < _MAX_QUEUED):  # noqa: PLR2004, SLF001
            agent_takes(data, at)

    async def _gather_component(
        self,
        component: int,
        addresses: list[str],
        timeout: int = _GATHER_S,  # noqa: ASYNC109 - aioice's signature
    ) -> list[IceCandidate]:
        """Stand for `Connection.get_component_candidates`: our addresses, ports and buffers."""
        del addresses
        wanted = self._config.host_addresses or get_host_addresses(use_ipv4=True, use_ipv6=False)
        found = []
        for address in () if self._relay_only else wanted:
            if protocol := await self._bound(address):
                self._agent._protocols.append(protocol)  # noqa: SLF001
                found.append(protocol.local_candidate)
                if self._agent.stun_server:
                    with contextlib.suppress(TimeoutError, stun.TransactionError, OSError):
                        async with asyncio.timeout(timeout):
                            more, _ = await server_reflexive_candidate(
                                protocol, self._agent.stun_server
                            )
                            found.append(more)
        original = Connection.get_component_candidates
        found += await original(self._agent, component, [], timeout)
        for protocol in self._agent._protocols:  # noqa: SLF001
            self._hook(protocol)
        return found

    async def _bound(self, address: str) -> StunProtocol | None:
        loop = asyncio.get_running_loop()
        for port in self._some_ports():
            try:
                transport, protocol = await loop.create_datagram_endpoint(
                    lambda: StunProtocol(self._agent), local_addr=(address, port)
                )
            except OSError:
                continue
            _enlarge(transport.get_extra_info("socket"), self._config.receive_buffer_bytes)
            host, bound = transport.get_extra_info("sockname")[:2]
            protocol.local_candidate = IceCandidate(
                candidate_foundation("host", "udp", host),
                _COMPONENT,
                "udp",
                candidate_priority(_COMPONENT, "host"),
                host,
                bound,
                "host",
            )
            return protocol
        return None

    def _some_ports(self) -> list[int]:
        if self._config.ports is None:
            return [0]
        first, last = self._config.ports
        every = range(first, last + 1)
        return random.sample(every, min(len(every), _BIND_TRIES))

    def _hook(self, protocol: StunProtocol) -> None:
        takes = protocol.datagram_received

        def datagram_received(data: bytes | str, at: tuple[Any, ...]) -> None:
            if isinstance(data, bytes):
                self._on_datagram(takes, data, at)

        protocol.datagram_received = datagram_received  # type: ignore[method-assign, assignment] # the hook

    async def _query_consent(self) -> None:
        """Stand for `Connection.query_consent`: a round's length is its deadline (RFC 7675)."""
        loop = asyncio.get_running_loop()
        missed = 0
        while missed < self._config.consent_failures:
            ends = loop.time() + self._config.consent_interval_s * random.uniform(0.8, 1.0)  # noqa: S311 - only spreads the checks
            missed = 0 if await self._is_there(ends) else missed + 1
            await asyncio.sleep(max(0.0, ends - loop.time()))
        self._agent._query_consent_task = None  # noqa: SLF001 - `close` shall not wait for us
        self._on_lost("the other side does not answer any more")

    async def _is_there(self, until: float) -> bool:
        pair = self._agent._nominated.get(_COMPONENT)  # noqa: SLF001
        if pair is None or self._agent.remote_password is None:
            return False
        request = self._agent.build_request(pair, nominate=False)
        key = self._agent.remote_password.encode()
        try:
            async with asyncio.timeout_at(until):
                await pair.protocol.request(request, pair.remote_addr, integrity_key=key)
        except (TimeoutError, stun.TransactionError, OSError):
            return False
        return True


def missing_hooks() -> set[str]:
    """Return the names of HOOKS that the installed libraries have not."""
    gatherer = RTCIceGatherer([])
    dtls = RTCDtlsTransport(RTCIceTransport(gatherer), [RTCCertificate.generateCertificate()])
    protocol = StunProtocol(getattr(gatherer, "_connection", None))  # type: ignore[arg-type] # absent is what we look for
    protocol.connection_made(asyncio.DatagramTransport())
    objects: dict[str, object] = {
        "RTCIceGatherer": gatherer,
        "RTCCertificate": RTCCertificate,
        "RTCDtlsTransport": dtls,
        "Connection": getattr(gatherer, "_connection", None),
        "StunProtocol": protocol,
        "Session": pylibsrtp.Session(),
    }
    pairs = {name: name.partition(".") for name in HOOKS}
    return {name for name, (of, _, what) in pairs.items() if not hasattr(objects[of], what)}


def _server(one: IceServer) -> RTCIceServer:
    return RTCIceServer(list(one.urls), one.username or None, one.credential or None)


def _enlarge(inner: socket.socket, size: int) -> None:
    """Give the socket a receive buffer of this size, beyond the system's limit where allowed."""
    try:
        inner.setsockopt(socket.SOL_SOCKET, 33, size)  # SO_RCVBUFFORCE
    except OSError:
        inner.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def _crypt(session: pylibsrtp.Session, work: Any) -> Callable[[bytes], bytes | None]:
    """Return libsrtp's function as bytes to bytes; None when it refuses the packet."""
    srtp = session._srtp[0]  # noqa: SLF001
    room = ffi.new("char[]", _MAX_DATAGRAM + 256)
    view = ffi.buffer(room)
    size = ffi.new("int *")

    def crypt(packet: bytes, _owner: object = session) -> bytes | None:
        length = len(packet)
        if length > _MAX_DATAGRAM:
            return None
        size[0] = length
        view[0:length] = packet
        if work(srtp, room, size):
            return None
        return view[0 : size[0]]  # type: ignore[no-any-return] # cffi has no types

    return crypt


def _nothing(_packet: bytes) -> None:
    """Drop a packet while there are no keys."""


def _dropped(_datagram: bytes, _address: object) -> None:
    """Drop a datagram while there is no way."""


def _ignored(_reason: str) -> None:
    """Tell nobody."""
