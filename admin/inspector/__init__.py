"""x"""
from flask import Blueprint
blueprint = Blueprint("inspector", __name__, url_prefix="/inspector")
