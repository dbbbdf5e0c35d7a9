"""A Prefect server as a child process: ``python -m flows.prefect_server [PORT]``; ends itself when stdin
closes.

Prints ``{"port": …}`` on stdout once it listens. Prefect's own ephemeral server would do the same, but it
makes its database anew, cannot be started ahead, outlives a killed parent and prints tracebacks as it ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading


def main() -> None:
    """Serve until stdin closes."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    threading.Thread(target=_until_parent_ends, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    port = listener.getsockname()[1]
    os.environ.setdefault("PREFECT_UI_API_URL", f"http://127.0.0.1:{port}/api")
    app = create_app(ephemeral=False, final=True)
    print(json.dumps({"port": port}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on")).run(sockets=[listener])


def _until_parent_ends() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
