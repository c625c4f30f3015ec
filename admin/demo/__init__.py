"""The demo district 临江示范区: clearly fictional, made anew or brought up to date, never doubled."""

from admin.demo.make import Made, make

__all__ = ["Made", "make"]
