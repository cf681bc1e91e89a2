#!/usr/bin/env python3
"""Writes yaml_scalars.tsv: what PyYAML's SafeLoader makes of plain scalars.

The table is committed; the C++ test compares the reader with it. Run with
--check (PyYAML installed) to see that the table is what PyYAML says today.
"""
import itertools
import os
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "yaml_scalars.tsv")


def scalars():
    words = """
    yes Yes YES yEs no No NO nO y Y n N on On ON oN off Off OFF true True TRUE tRUE false False
    FALSE t f null Null NULL nULL ~ ~~ none None nil 0 00 000 -0 +0 01 07 08 09 010 -010 +010 0_
    0_7 1_000 1__0 1_ _1 _ 12e03 0b 0b0 0b1 0b101 0b2 -0b11 +0b1 0b_1 0b1_ 0b_ 0B1 0x 0x0 0x1F
    0xff 0xFF 0xG -0x10 0x_ 0x_1 0X1F 0o17 0o7 0777 0888 1:30 01:30 1:60 1:5 1:05 -1:30 +1:30
    1:30:15 1:30:15:10 190:20:30 0:30 1:3:5 1:30.5 1:30. 190:20:30.15 1:60.5 -1:30.5 1:
    :1 1e-4 1e4 1e+4 1E-4 1.e-4 1.0e-4 1.0e4 1.0e+4 1.0E-4 1.0E4 1.0e 1.0e- .5 -.5 +.5 .5e-3
    .5e3 ._5 .5_ 5. -5. +5. 5._ 0.1 00.1 1_0.5 1.5_0 . .. ... 1.2.3 1,5 1,000 1.0.0 v1.0
    .inf -.inf +.inf .Inf .INF .iNF inf -inf Inf infinity .nan .NaN .NAN .Nan -.nan nan NaN
    1.0f 1e 1e- e5 1e5.0 0.0 -0.0 +0.0 0.0e+0 1.7976931348623157e+308 1.0e+309 5.0e-324 1.0e-400
    9223372036854775807 -9223372036854775808 9223372036854775808 -9223372036854775809
    18446744073709551615 123456789012345678901234567890 0x7fffffffffffffff 0x8000000000000000
    0xffffffffffffffffff 01777777777777777777777 2020-01-01 2020-01-01T00:00:00Z 12:30:45
    2001-12-14t21:59:43.10-05:00 adam mse Adam() torch.optim.Adam 1/2 50% $5 a.b-c -- ---a
    -a +a +1 -1 +-1 1- 1+1 1-1 <<x true. yes1 nulls 1a a1 0x1g 0b12 1 10 100 1000000 3.14 -3.14
    +3.14 2.5e-3 2.5e+3 2.5e3 1e10 1e-10 1.0e-10 3e-4 3.e-4 3.0e-4 5e-5 5.0e-5 1_000.5
    10_0 0.000_1 1e1_0 1:2:3:4 59:59 60:00 1:59.999 99999:59 0.1e-1 .1e-1 .1e+1 .1E+5 .e5 0x1.8
    """.split()
    for sign, digits, exponent in itertools.product(
            ("", "-", "+"), ("0", "1", "12", "1.", "1.5", ".5", "0.25", "1_0.2"),
            ("", "e3", "e-3", "e+3", "E-07", "e-", "e+0_1")):
        words.append(sign + digits + exponent)
    for base in ("0b", "0x", "0", "-0x", "+0b"):
        for digits in ("0", "1", "10", "1f", "7_7", "9", "_"):
            words.append(base + digits)
    return list(dict.fromkeys(words))


class Text(yaml.SafeLoader):
    """Dates stay text; what SafeLoader cannot construct is text too."""


Text.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
Text.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)


def resolve(text):
    try:
        value = yaml.load("key: " + text, Loader=Text)["key"]
    except ValueError:
        return "str", text  # int("", 16) of "0x_"
    except yaml.YAMLError:
        return None
    if value is None:
        return "null", ""
    if isinstance(value, bool):
        return "bool", str(value).lower()
    if isinstance(value, int):
        return ("int", str(value)) if -2**63 <= value < 2**63 else ("float", "%.17g" % value)
    if isinstance(value, float):
        return "float", "%.17g" % value
    return "str", value if isinstance(value, str) else None


def table():
    lines = []
    for text in scalars():
        resolved = resolve(text)
        if resolved is not None and resolved[1] is not None and "\t" not in text:
            lines.append("\t".join((text,) + resolved))
    return "\n".join(lines) + "\n"


def main():
    if "--check" in sys.argv:
        with open(TABLE, encoding="utf-8") as file:
            return 0 if file.read() == table() else 1
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write(table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
