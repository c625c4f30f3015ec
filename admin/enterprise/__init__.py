"""x"""
from flask import Blueprint
blueprint = Blueprint("enterprise", __name__, url_prefix="/enterprise")
