"""What all tests share: no network beyond loopback, nothing downloaded, one thread per engine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.update(
    HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", ANONYMIZED_TELEMETRY="False", TOKENIZERS_PARALLELISM="false"
)
os.environ.setdefault("OMP_NUM_THREADS", "1")
# What commands keep, such as the search's index, is kept once for all tests and away from the user's own.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="kumpel-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_DATA_HOME"], ignore_errors=True)
