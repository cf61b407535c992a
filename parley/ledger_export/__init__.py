"""The calls of the ledger as files: CSV, JSON and Parquet, each saying what it holds and when it was made.

Calls are written as they come, so that a hundred thousand of them need no more memory than the file.
"""

from parley.ledger_export.about import About as About
from parley.ledger_export.csv_file import write_csv as write_csv
from parley.ledger_export.json_file import write_json as write_json
from parley.ledger_export.wanted_rows import every_call as every_call
