"""A plain mail server that takes everything and keeps nothing, in a process of its own; and a plain sender beside it.

`python -m benchmarks.mail_sink` prints its port, counts what it takes, and prints the number when it is told to end.
"""

import asyncio
import signal
import socket
import threading
import time

_HELLO = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
_ANSWERS = {b"EHLO": _HELLO, b"HELO": b"250 sink\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """One conversation."""

    taken = 0

    def __init__(self) -> None:
        self.buffer, self.in_text = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answers every command that has come whole, and every text at its final dot."""
        self.buffer += data
        answers = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        if answers:
            self.transport.write(b"".join(answers))

    def _next(self) -> bytes | None:
        if self.in_text:
            text, dot, rest = self.buffer.partition(b"\r\n.\r\n")
            if not dot:
                return None
            self.buffer, self.in_text = rest, False
            Sink.taken += 1
            return b"250 taken\r\n"
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return None
        self.buffer, word = rest, line[:4].upper()
        self.in_text = word == b"DATA"
        return b"354 go ahead\r\n" if self.in_text else _ANSWERS.get(word, b"250 fine\r\n")


async def _serve() -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    print(Sink.taken, flush=True)


def send_plainly(port: int, text: bytes, messages: int, connections: int = 8) -> float:
    """Seconds for so many messages of the same text over so many kept connections, without composing or recording."""
    share = messages // connections
    threads = [threading.Thread(target=_send, args=(port, text, share)) for _ in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


def _send(port: int, text: bytes, messages: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = line.makefile("rb")
        answers.readline()
        line.sendall(b"HELO source\r\n")
        answers.readline()
        for _ in range(messages):
            for command in (b"MAIL FROM:<a@x.invalid>\r\n", b"RCPT TO:<b@x.invalid>\r\n", b"DATA\r\n", text):
                line.sendall(command)
                answers.readline()


if __name__ == "__main__":
    asyncio.run(_serve())
