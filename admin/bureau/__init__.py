"""x"""
from flask import Blueprint
blueprint = Blueprint("bureau", __name__, url_prefix="/bureau")
