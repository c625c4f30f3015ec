"""The demo district 临江示范区: clearly fictional, brought up to date and never doubled."""

from admin.demo.make import Made, make

__all__ = ["Made", "make"]
