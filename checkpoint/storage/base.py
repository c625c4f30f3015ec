"""What every table is made of: the shared metadata and the column types of both databases.

SQLite tables are STRICT, which takes INTEGER, TEXT and BLOB only; so times, numbers, texts,
flags and bytes have one type each here, the same in Python on both databases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer."""


class Flag(TypeDecorator[bool]):
    """BOOLEAN on PostgreSQL, INTEGER 0 or 1 on a STRICT table of SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the database at hand."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:
        """True and False as the database keeps them."""
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """True and False again."""
        return None if value is None else bool(value)


Key = Annotated[int, mapped_column(WHOLE, primary_key=True, autoincrement=True)]
"""A row number made by the database."""
Number = Annotated[int, mapped_column(WHOLE)]
Millis = Annotated[int, mapped_column(WHOLE)]
"""A time: UTC milliseconds since 1970."""
String = Annotated[str, mapped_column(Text)]
Blob = Annotated[bytes, mapped_column(LargeBinary)]
Switch = Annotated[bool, mapped_column(Flag)]


class Base(DeclarativeBase):
    """All tables of the server. Give each table `__table_args__` with `STRICT`."""

    metadata = MetaData(naming_convention=NAMING)


STRICT: dict[str, Any] = {"sqlite_strict": True}
"""Table options: SQLite checks the types of columns as PostgreSQL does."""


def length(column: str, low: int, high: int) -> CheckConstraint:
    """A CHECK on the characters of a text or the bytes of a blob; both databases enforce it."""
    return CheckConstraint(f"length({column}) BETWEEN {low} AND {high}", name=f"{column}_length")


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that a text is one of the values of an enum."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
