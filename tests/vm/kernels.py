"""Debian's kernels, ready to boot.

Decides which packages the two kernels come from and what their initramfs holds. A kernel is fetched and unpacked once
into the cache folder ($SONDE_CACHE, or sonde in the user's cache folder) and never installed. The invariant: a folder
that has `initrd` is complete, because that file is renamed into place last.
"""

import glob
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile

# What the user calls a kernel, and the package that depends on its newest build.
PACKAGES = {"6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64"}

# In the order of their dependencies; those that are built in are absent and skipped.
MODULES = ["netfs", "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "fscache",
           "9pnet", "9pnet_virtio", "9p", "overlay"]


def cache_folder():
    chosen = os.environ.get("SONDE_CACHE")
    base = pathlib.Path(chosen) if chosen else pathlib.Path(
        os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "sonde"
    base.mkdir(parents=True, exist_ok=True)
    return base


def versioned_package(kernel):
    listed = subprocess.run(["apt-cache", "depends", PACKAGES[kernel]], capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == "Depends:" and words[1].startswith("linux-image-"):
            return words[1]
    return None


def fetch(kernel, folder):
    """Downloads and unpacks the kernel's package below `folder`."""
    package = versioned_package(kernel)
    if package is None:
        subprocess.run(["apt-get", "-qq", "update"], check=True, stdout=subprocess.DEVNULL)
        package = versioned_package(kernel)
    if package is None:
        raise SystemExit(f"vm: no Debian package for kernel {kernel}")
    with tempfile.TemporaryDirectory(dir=folder) as download:
        os.chmod(download, 0o777)
        subprocess.run(["apt-get", "-qq", "download", package], cwd=download, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["dpkg-deb", "-x", glob.glob(f"{download}/*.deb")[0], folder / "tree"], check=True)


def write_cpio(tree, target):
    names = "\n".join(sorted(str(p.relative_to(tree)) for p in tree.rglob("*")))
    with open(target, "wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, input=names.encode(), stdout=out, check=True)


def build_initrd(folder):
    with tempfile.TemporaryDirectory(dir=folder) as stage:
        tree = pathlib.Path(stage) / "tree"
        (tree / "bin").mkdir(parents=True)
        (tree / "modules").mkdir()
        shutil.copy("/bin/busybox", tree / "bin/busybox")
        shutil.copy(pathlib.Path(__file__).with_name("init.sh"), tree / "init")
        os.chmod(tree / "init", 0o755)
        for number, name in enumerate(MODULES):
            found = sorted((folder / "tree/lib/modules").rglob(f"{name}.ko*"))
            if found:
                content = found[0].read_bytes()
                if found[0].suffix == ".xz":
                    content = lzma.decompress(content)
                (tree / f"modules/{number:02}-{name}.ko").write_bytes(content)
        write_cpio(tree, pathlib.Path(stage) / "initrd")
        os.rename(pathlib.Path(stage) / "initrd", folder / "initrd")


def prepare(kernel):
    """Paths of the kernel and its initramfs."""
    if kernel not in PACKAGES:
        raise SystemExit(f"vm: unknown kernel {kernel}; there are {', '.join(PACKAGES)}")
    folder = cache_folder() / f"vm-{kernel}"
    folder.mkdir(exist_ok=True)
    if not glob.glob(str(folder / "tree/boot/vmlinuz-*")):
        shutil.rmtree(folder / "tree", ignore_errors=True)
        fetch(kernel, folder)
    init = pathlib.Path(__file__).with_name("init.sh")
    initrd = folder / "initrd"
    if not initrd.exists() or initrd.stat().st_mtime < init.stat().st_mtime:
        build_initrd(folder)
    return glob.glob(str(folder / "tree/boot/vmlinuz-*"))[0], initrd
