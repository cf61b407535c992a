"""The app: Streamlit, put together with our headers, host check, compression, health page and lifespan.

`streamlit run streamlit_app.py` finds the `app` below. Nothing is decided here: no page, no setting, no text.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from components import crash, startup
from parley.server.compression import CompressedFiles, ServeCompressed
from parley.server.health import healthz
from parley.server.hosts import LoopbackOnly
from parley.server.lifespan import lifespan
from parley.server.security import SecurityHeaders

compressed = CompressedFiles(Path(st.__file__).parent / "static")

app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    lifespan=lifespan(start=(startup.start, startup.warm, compressed.warm), stop=startup.stop),
    routes=[healthz(startup.is_healthy)],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(LoopbackOnly, mode=startup.mode()),
        Middleware(ServeCompressed, files=compressed),
    ],
    on_script_error=crash.show,
)
