"""Words as sound, made on this machine by espeak-ng where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = "espeak-ng"
TIMEOUT_S = 5.0
_VOICES = {"zh": "cmn", "en": "en-gb"}
_WORDS_A_MINUTE = {"zh": "170", "en": "150"}


class Speaker:
    """Speaks the display's own texts, and remembers how; there are a dozen of them."""

    def __init__(self, program: str | None = None) -> None:
        self._program = program or shutil.which(PROGRAM)
        self._lock = threading.Lock()
        self._said: dict[tuple[str, str], bytes | None] = {}

    def wav(self, language: str, text: str) -> bytes | None:
        """A WAV file of the text in `zh` or `en`; None where this machine can't speak it."""
        with self._lock:
            key = (language, text)
            if key not in self._said:
                self._said[key] = self._speak(language, text)
            return self._said[key]

    def _speak(self, language: str, text: str) -> bytes | None:
        if self._program is None:
            return None
        with TemporaryDirectory(prefix="sibao-") as folder:
            made = Path(folder) / "words.wav"
            how = ["-v", _VOICES[language], "-s", _WORDS_A_MINUTE[language], "-w", str(made)]
            try:
                subprocess.run(  # noqa: S603 - the display's own words, by standard input
                    [self._program, *how, "--stdin"],
                    input=text.encode(),
                    capture_output=True,
                    check=True,
                    timeout=TIMEOUT_S,
                )
                return made.read_bytes()
            except (OSError, subprocess.SubprocessError):
                return None
