"""Bad lines between a client and the server."""

import itertools
import socket
import struct
import threading
from collections.abc import Iterable

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close without a goodbye


class ChoppingLine:
    """A TCP proxy; its n-th connection breaks once it has carried so many bytes to the server.

    `limits` are those numbers, in turn, for ever; None never breaks. `cuts` counts the breaks.
    """

    def __init__(self, port: int, limits: Iterable[int | None]) -> None:
        self.cuts = 0
        self._server = ("127.0.0.1", port)
        self._limits = itertools.cycle(limits)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client, next(self._limits)), daemon=True).start()

    def _carry(self, client: socket.socket, limit: int | None) -> None:
        with client, socket.create_connection(self._server) as server:
            back = threading.Thread(target=_pump, args=(server, client, None), daemon=True)
            back.start()
            if _pump(client, server, limit):
                self.cuts += 1
                for end in (client, server):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    end.shutdown(socket.SHUT_RDWR)
            back.join()


def _pump(source: socket.socket, target: socket.socket, limit: int | None) -> bool:
    """Carry bytes one way. True: the limit was reached; False: the source has no more."""
    carried = 0
    try:
        while piece := source.recv(65536):
            if limit is not None and carried + len(piece) > limit:
                target.sendall(piece[: limit - carried])
                return True
            target.sendall(piece)
            carried += len(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other direction has closed
    return False
