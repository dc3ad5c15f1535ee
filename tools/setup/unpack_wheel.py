"""Unpacks the files of a wheel that match the given patterns: unpack_wheel.py WHEEL FOLDER PATTERN..."""
import fnmatch
import os
import shutil
import sys
import zipfile


def main(wheel: str, folder: str, patterns: list) -> int:
    root = os.path.realpath(folder)
    taken = 0
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not any(fnmatch.fnmatch(entry.filename, p) for p in patterns):
                continue
            target = os.path.realpath(os.path.join(root, entry.filename))
            if not target.startswith(root + os.sep):
                raise SystemExit(f"{entry.filename} points outside the folder")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            # Reading to the end makes zipfile check the CRC.
            with archive.open(entry) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if (entry.external_attr >> 16) & 0o111:
                os.chmod(target, 0o755)
            taken += 1
    if taken == 0:
        raise SystemExit("nothing in the wheel matches " + " ".join(patterns))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
