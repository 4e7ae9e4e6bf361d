"""A listener that reads to the end block, keeps nothing and answers: the limit of the sockets. Prints its port."""

import asyncio

_ANSWER = b"\x0bMSH|^~\\&\rMSA|AA|1\x1c\r"


async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            await reader.readuntil(b"\x1c\r")
            writer.write(_ANSWER)
    except asyncio.IncompleteReadError:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
