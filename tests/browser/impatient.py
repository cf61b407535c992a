"""Streamlit with Parley's waiting times shortened: `python -m tests.browser.impatient run streamlit_app.py`.

A minute of an endpoint's silence becomes a second. Nothing else differs from the app as it ships.
"""

from dataclasses import replace

from parley import limits

# Before anything else imports it: defaults are taken when a module is loaded.
limits.LIMITS = replace(
    limits.LIMITS, silence_s=1.5, connect_s=1.5, retry_default_s=0.1, checkpoint_s=0.1
)

if __name__ == "__main__":
    from streamlit.web.cli import main

    main()
