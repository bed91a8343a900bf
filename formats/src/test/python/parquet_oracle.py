"""Random tables, as pyarrow writes them, and what Decant made of them, as pyarrow reads it.

    parquet_oracle.py write FOLDER SEED     N.parquet and N.jsonl for each case N, and cases.txt
    parquet_oracle.py check FOLDER          N.out.parquet, N.out.jsonl, N.typed.parquet against them
"""

import base64
import datetime
import decimal
import json
import math
import pathlib
import random
import struct
import sys

import pyarrow as pa
import pyarrow.parquet as pq

CASES = 40
EPOCH = datetime.datetime(1970, 1, 1)
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
PIECES = ["a", "Z", " ", ",", '"', "\\", "\n", "\t", "é", "漢", "😀", "\u2028", "\x01", "\x00", "null", "{}", "=1"]


def word(r, most=8):
    return "".join(r.choice(PIECES) for _ in range(r.randrange(most)))


def leaf_types():
    return [
        pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.binary(), pa.binary(5), pa.date32(),
        pa.time32("ms"), pa.time64("us"), pa.time64("ns"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"),
        pa.timestamp("us", tz="UTC"), pa.timestamp("ns", tz="UTC"), pa.decimal128(9, 2), pa.decimal128(18, 0),
        pa.decimal128(38, 10), pa.decimal256(60, 20), pa.json_(), pa.uuid(),
    ]


def some_type(r, depth=0):
    if depth < 2 and r.random() < 0.2:
        kind = r.randrange(3)
        if kind == 0:
            return pa.list_(some_type(r, depth + 1))
        if kind == 1:
            return pa.struct([pa.field(n, some_type(r, depth + 1)) for n in ["x", "y z", "é"][: r.randrange(1, 4)]])
        return pa.map_(pa.string(), some_type(r, depth + 1))
    # Extension types (JSON, UUID) stand in columns of their own only.
    return r.choice(leaf_types() if depth == 0 else leaf_types()[:-2])


def floating(r):
    return r.choice([0.0, -0.0, 1.5, -2.25, math.nan, math.inf, -math.inf, r.uniform(-1e3, 1e3), r.random()])


def value(r, t):
    if r.random() < 0.15:
        return None
    if isinstance(t, pa.BaseExtensionType):
        return word(r) if t.equals(pa.json_()) else r.randbytes(16)
    if pa.types.is_boolean(t):
        return r.random() < 0.5
    if pa.types.is_integer(t):
        low, high = (0, 2**t.bit_width - 1) if str(t).startswith("u") else (-(2 ** (t.bit_width - 1)), 2 ** (t.bit_width - 1) - 1)
        return r.choice([low, high, 0, 1, r.randint(low, high)])
    if pa.types.is_floating(t):
        number = floating(r)
        return struct.unpack("e", struct.pack("e", number))[0] if t == pa.float16() else number
    if pa.types.is_string(t):
        return word(r)
    if pa.types.is_fixed_size_binary(t):
        return r.randbytes(t.byte_width)
    if pa.types.is_binary(t):
        return r.randbytes(r.randrange(9))
    if pa.types.is_date(t):
        return datetime.date(1, 1, 1) + datetime.timedelta(days=r.randrange(3652058))
    if pa.types.is_time(t):
        return pa.scalar(r.randrange(86400 * UNITS[t.unit]), pa.int32() if t.bit_width == 32 else pa.int64()).cast(t)
    if pa.types.is_timestamp(t):
        seconds = r.randrange(-9_000_000_000, 9_000_000_000)
        return pa.scalar(seconds * UNITS[t.unit] + r.choice([0, r.randrange(UNITS[t.unit])]), pa.int64()).cast(t)
    if pa.types.is_decimal(t):
        digits = r.randint(0, 10 ** min(t.precision, r.randrange(1, t.precision + 1)) - 1)
        return decimal.Decimal(r.choice([-1, 1]) * digits).scaleb(-t.scale, decimal.Context(prec=100))
    if pa.types.is_list(t):
        return [value(r, t.value_type) for _ in range(r.randrange(4))]
    if pa.types.is_struct(t):
        return {f.name: value(r, f.type) for f in t}
    if pa.types.is_map(t):
        return [(f"k{i}{word(r)}", value(r, t.item_type)) for i in range(r.randrange(3))]
    raise ValueError(t)


def plain(v):
    """Values that hold scalars of Arrow, as Arrow takes them."""
    if isinstance(v, pa.Scalar):
        return v.value if not isinstance(v, pa.TimestampScalar) else v.value
    if isinstance(v, list):
        return [plain(e) for e in v]
    if isinstance(v, dict):
        return {k: plain(e) for k, e in v.items()}
    if isinstance(v, tuple):
        return tuple(plain(e) for e in v)
    return v


def array(r, t, rows):
    values = [plain(value(r, t)) for _ in range(rows)]
    if isinstance(t, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(t, pa.array(values, t.storage_type))
    return pa.array(values, t)


def write(folder, seed):
    cases = []
    for case in range(CASES):
        r = random.Random(seed * 1000 + case)
        rows = r.choice([0, 1, 7, 30, 300, 300, 300, 1000, 1000, 2500]) if case else 60_000
        text = [None if r.random() < 0.05 else word(r, 12) for _ in range(rows)]
        columns = {"the text": pa.array(text, pa.string())}
        if case == 0:  # more than a row group
            columns["filler"] = pa.array([("%x" % r.getrandbits(2000)) for _ in range(rows)])
        else:
            for i in range(r.randrange(6)):
                columns[f"{i}{word(r, 3)}"] = array(r, some_type(r), rows)
        table = pa.table(columns)
        if r.random() < 0.3:
            table = table.replace_schema_metadata({"mine": "kept é"})
        version = r.choice(["1.0", "2.0"])
        codec = r.choice(["none", "snappy", "gzip", "zstd", "lz4"])
        encodings = {}
        dictionary = r.random() < 0.5
        if not dictionary and r.random() < 0.7:
            for field in table.schema:
                t = field.type
                choices = ["PLAIN"]
                if isinstance(t, pa.BaseExtensionType) or pa.types.is_nested(t):
                    continue
                if pa.types.is_string(t) or pa.types.is_binary(t):
                    choices += ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"]
                elif pa.types.is_integer(t):
                    choices += ["DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]
                elif t in (pa.float32(), pa.float64()):
                    choices += ["BYTE_STREAM_SPLIT"]
                elif pa.types.is_boolean(t):
                    choices += ["RLE"]
                encodings[field.name] = r.choice(choices)
        file = folder / f"{case}.parquet"
        options = dict(
            row_group_size=r.choice([1, 50, 1000, 10**6]) if rows < 10_000 else 10**6,
            compression=codec,
            use_dictionary=dictionary,
            column_encoding=encodings or None,
            data_page_version=version,
            write_page_checksum=r.random() < 0.5,
            store_schema=r.random() < 0.5,
        )
        pq.write_table(table, file, data_page_size=r.choice([1, 100, 10_000, 2**20]), **options)
        try:
            pq.read_table(file)
        except pa.ArrowInvalid:
            # It cuts maps in structures wrongly where pages are tiny, and does not read them either.
            pq.write_table(table, file, **options)
        cases.append(f"{case} rows {rows} {codec} pages {version} {encodings or dictionary}")
        with open(folder / f"{case}.jsonl", "w", encoding="utf-8") as out:
            kinds = {f"j{i}": r.choice(list(JSON_KINDS)) for i in range(4)}
            for t in text[:300]:
                row = {"the text": t}
                for name, kind in kinds.items():
                    row[name] = None if r.random() < 0.1 else JSON_KINDS[kind](r)
                out.write(json.dumps(row, ensure_ascii=r.random() < 0.5) + "\n")
    (folder / "cases.txt").write_text("\n".join(cases), encoding="utf-8")


JSON_KINDS = {
    "bool": lambda r: r.random() < 0.5,
    "int": lambda r: r.randrange(-100, 100),
    "long": lambda r: r.choice([1, -(2**63), 2**63 - 1, 2**53 + 1]),
    "number": lambda r: r.choice([1, 0.5, -1e300, r.random(), 1e-7, 3.0]),
    "string": word,
    "mixed": lambda r: r.choice([1, "1", True, 2.5, [1, {"a": None}], {}]),
    "large": lambda r: r.choice([2**63 - 1, 0.5]),
    "huge": lambda r: 10**30,
}


def single(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def label(text):
    if text is None:
        return None, None, "skipped: no text"
    # What Decant holds blank, beside str.isspace.
    if all(c.isspace() or c in "\ufeff" for c in text):
        return None, None, "skipped: empty text"
    length = len(text.encode("utf-16-le")) // 2
    score = single(0.5 + single(length % 50 / 100))
    return ("EVEN" if length % 2 == 0 else "ODD"), score, None


def fraction(text):
    """An ISO time without the zeros at the end of its fraction."""
    zone = "Z" if text.endswith("Z") else ""
    text = text.removesuffix("Z")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + zone


def same(t, scalar, shown):
    """Whether a value of Arrow is shown as it should be in JSON."""
    if not scalar.is_valid:
        return shown is None
    if isinstance(t, pa.BaseExtensionType):
        if t.equals(pa.json_()):
            return shown == scalar.value.as_py()
        return shown == str(scalar.as_py())
    if pa.types.is_floating(t):
        number = scalar.as_py()
        if math.isnan(number) or math.isinf(number):
            return shown == ("NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity")
        if t == pa.float64():
            return repr(float(shown)) == repr(number)
        return struct.pack("f", float(shown)) == struct.pack("f", number)
    if pa.types.is_decimal(t):
        return isinstance(shown, (int, decimal.Decimal)) and decimal.Decimal(shown) == scalar.as_py()
    if pa.types.is_date(t):
        return shown == scalar.as_py().isoformat()
    if pa.types.is_binary(t) or pa.types.is_fixed_size_binary(t):
        return shown == base64.b64encode(scalar.as_py()).decode()
    if pa.types.is_time(t) or pa.types.is_timestamp(t):
        seconds, rest = divmod(scalar.value, UNITS[t.unit])
        moment = EPOCH + datetime.timedelta(seconds=seconds)
        iso = moment.isoformat() if pa.types.is_timestamp(t) else moment.time().isoformat()
        iso += "." + str(rest).zfill(len(str(UNITS[t.unit])) - 1) + ("Z" if pa.types.is_timestamp(t) and t.tz else "")
        return fraction(shown) == fraction(iso)
    if pa.types.is_list(t):
        return len(shown) == len(scalar) and all(same(t.value_type, v, s) for v, s in zip(scalar, shown))
    if pa.types.is_struct(t):
        return list(shown) == [f.name for f in t] and all(same(f.type, scalar[f.name], shown[f.name]) for f in t)
    if pa.types.is_map(t):
        items = [(e["key"].as_py(), e["value"]) for e in scalar.values]
        return list(shown) == [k for k, _ in items] and all(same(t.item_type, v, shown[k]) for k, v in items)
    return shown == scalar.as_py() and type(shown) is type(scalar.as_py())


def need(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def listed(scalar):
    """A value of Arrow as one of Python, with its nanoseconds."""
    if isinstance(scalar, (pa.TimestampScalar, pa.Time64Scalar)) or not scalar.is_valid:
        return scalar.value if scalar.is_valid else None
    if isinstance(scalar, pa.MapScalar):
        return [(e["key"].as_py(), listed(e["value"])) for e in scalar.values]
    if isinstance(scalar, pa.ListScalar):
        return [listed(v) for v in scalar]
    if isinstance(scalar, pa.StructScalar):
        return {name: listed(scalar[name]) for name in scalar}
    return scalar.as_py()


def check_kept(folder, case):
    before = pq.ParquetFile(folder / f"{case}.parquet")
    after = pq.ParquetFile(folder / f"{case}.out.parquet")
    need(after.metadata.num_rows == before.metadata.num_rows, "rows", after.metadata.num_rows)
    groups = [after.metadata.row_group(i) for i in range(after.metadata.num_row_groups)]
    need(sum(g.num_rows for g in groups) == before.metadata.num_rows, "rows of row groups")
    need(all(g.num_rows > 0 for g in groups), "a row group without rows")
    if case == 0:
        need(len(groups) > 1, "one row group for", before.metadata.num_rows, "rows")
    for i in range(len(before.schema)):
        need(before.schema.column(i).equals(after.schema.column(i)), before.schema.column(i), after.schema.column(i))
    names = before.schema_arrow.names
    need(after.schema_arrow.names == [*names, "label", "score", "error"], after.schema_arrow.names)
    types = [str(t) for t in after.schema_arrow.types[-3:]]
    need(types == ["string", "float", "string"], types)
    # Without Arrow's own note of the schema, which only one of the two has.
    first, second = before.read(), after.read()
    for name in names:
        one, other = first[name], second[name]
        if one.type != other.type:
            one = one.cast(other.type)
        need(repr([listed(v) for v in one]) == repr([listed(v) for v in other]), "values of", name)
    mine = (before.schema_arrow.metadata or {}).get(b"mine")
    need((after.metadata.metadata or {}).get(b"mine") == mine, "the note", mine, after.metadata.metadata)
    check_labels(first["the text"].to_pylist(), second)
    return first


def check_labels(texts, table):
    found = zip(table["label"].to_pylist(), table["score"].to_pylist(), table["error"].to_pylist())
    for row, (text, ours) in enumerate(zip(texts, found, strict=True)):
        need(label(text) == ours, "row", row, repr(text), label(text), ours)


def check_text(folder, case, table):
    with open(folder / f"{case}.out.jsonl", encoding="utf-8", newline="\n") as lines:
        shown = [json.loads(line, parse_float=decimal.Decimal) for line in lines]
    need(len(shown) == table.num_rows, "lines", len(shown))
    for name in table.column_names:
        column = table[name]
        for row, scalar in enumerate(column):
            need(same(column.type, scalar, shown[row][name]), "row", row, name, column.type, scalar, shown[row][name])


def check_typed(folder, case):
    with open(folder / f"{case}.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if not rows:
        return
    table = pq.read_table(folder / f"{case}.typed.parquet")
    for name in rows[0]:
        values = [row[name] for row in rows]
        kinds = {type(v) for v in values if v is not None}
        column = table[name]
        stored = pq.ParquetFile(folder / f"{case}.typed.parquet").schema.column(table.column_names.index(name))
        physical = (stored.physical_type, str(stored.logical_type))
        whole = [v for v in values if isinstance(v, int)]
        if kinds == {bool}:
            expected = ("BOOLEAN", "None")
        elif kinds == {int} and all(-(2**63) <= v < 2**63 for v in whole):
            expected = ("INT64", "None")
        elif kinds and kinds <= {int, float} and all(abs(v) <= 2**53 for v in whole):
            expected = ("DOUBLE", "None")
        elif kinds <= {str}:
            expected = ("BYTE_ARRAY", "String")
        else:
            expected = ("BYTE_ARRAY", "JSON")
        need(physical == expected, name, physical, expected, kinds)
        found = column.to_pylist()
        if expected[1] == "JSON":
            found = [None if v is None else json.loads(v) for v in found]
        need(found == values, name, expected, "values differ")
    check_labels([row["the text"] for row in rows], table)


def check(folder):
    cases = (folder / "cases.txt").read_text(encoding="utf-8").splitlines()
    for case, told in enumerate(cases):
        try:
            check_text(folder, case, check_kept(folder, case))
            check_typed(folder, case)
        except Exception as e:
            raise SystemExit(f"case {told}: {type(e).__name__}: {e}") from e
    print(f"{len(cases)} cases agree")


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[2])
    write(place, int(sys.argv[3])) if sys.argv[1] == "write" else check(place)
