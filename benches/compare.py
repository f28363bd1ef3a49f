#!/usr/bin/env python3
"""Compares auditdiff with the tools one would take instead, on one generated log, side by side.

    cargo build --release --bin auditdiff --example make_log
    python3 benches/compare.py [--mib 1024] [--bin target/release] [--folder /tmp/auditdiff-bench]

Prints a table in Markdown: the best of several runs, all on a warm cache, and the peak memory of the process (what needs less
than this script shows as about 13 MiB, which a forked process begins with). Tools that are
not installed are left out (ripgrep, jq, gzip; DuckDB as the Python module `duckdb`).
"""
import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import time

DUCKDB = """
import duckdb, sys
print(duckdb.sql(f\"\"\"select count(*) from read_json('{sys.argv[1]}', format='newline_delimited', maximum_object_size=33554432,
  columns={{verb: 'VARCHAR', objectRef: 'STRUCT(resource VARCHAR, namespace VARCHAR, name VARCHAR)', responseObject: 'JSON', annotations: 'JSON'}})
  where objectRef.resource = 'pods' and objectRef.namespace = 'default' and objectRef.name = 'aws-cli'\"\"\").fetchall())
"""
JQ = 'select(.objectRef.resource == "pods" and .objectRef.namespace == "default" and .objectRef.name == "aws-cli")'


def run(command, runs):
    """Seconds of the best run, its CPU seconds, the largest peak memory in MiB."""
    best, cpu, peak = None, None, 0
    for _ in range(runs):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            return None
        if best is None or seconds < best:
            best, cpu = seconds, usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
    return best, cpu, peak


def generate(binary, mib, folder):
    log = os.path.join(folder, f"log-{mib}.jsonl")
    if not os.path.exists(log):
        with open(log + ".part", "wb") as out:
            subprocess.run([os.path.join(binary, "examples", "make_log"), str(mib)], stdout=out, check=True)
        os.rename(log + ".part", log)
    return log


def warm(path):
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--bin", default="target/release")
    parser.add_argument("--folder", default="/tmp/auditdiff-bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="also four times the length")
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    log = generate(args.bin, args.mib, args.folder)
    packed = log + ".gz"
    if not os.path.exists(packed):
        with open(packed, "wb") as out:
            subprocess.run(["gzip", "-c", log], stdout=out, check=True)
    ours = os.path.join(args.bin, "auditdiff")
    pod = [ours, "pod", "default/aws-cli", "-o", "json", "-f"]
    slow = max(1, args.runs // 3)
    rows = [
        ("`pod default/aws-cli`", pod + [log], args.runs),
        ("`rg -c -F aws-cli`", shutil.which("rg") and ["rg", "-c", "-F", "aws-cli", log], args.runs),
        ("DuckDB `read_json`, the columns it needs", importlib.util.find_spec("duckdb") and [sys.executable, "-c", DUCKDB, log], args.runs),
        ("`jq` select", shutil.which("jq") and ["jq", "-c", JQ, log], 1),
        ("`replay -o ndjson`", [ours, "replay", "-o", "ndjson", "-f", log], slow),
        ("`list`", [ours, "list", "-f", log], args.runs),
        ("`pod`, the same .gz", pod + [packed], args.runs),
        ("`gzip -dc` to nothing", ["gzip", "-dc", packed], args.runs),
    ]
    if args.large:
        large = generate(args.bin, 4 * args.mib, args.folder)
        rows.append((f"`pod`, {4 * args.mib} MiB", pod + [large], slow))
    print(f"{args.mib} MiB of JSON Lines, warm cache, {len(os.sched_getaffinity(0))} cores, best of {args.runs}\n")
    print("| what | seconds | CPU seconds | peak MiB |\n|---|---:|---:|---:|")
    for name, command, runs in rows:
        if not command:
            print(f"| {name} | not installed | | |")
            continue
        warm(command[-1])
        result = run(command, runs)
        print(f"| {name} | {result[0]:.2f} | {result[1]:.2f} | {result[2]:.0f} |" if result else f"| {name} | failed | | |", flush=True)


main()
