"""Why a decision fell as it did. Stored, sent, documented, never renamed."""

from enum import StrEnum


class Reason(StrEnum):
    """A stable code; the words for people live in display messages and templates.

    Each one is explained in docs/reasons.md.
    """

    OK = "ok"

    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_SIGNATURE = "bad_signature"
    WRONG_PURPOSE = "wrong_purpose"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    BLOCKED = "blocked"
    WRONG_SITE = "wrong_site"
    STALE_CODE = "stale_code"
    REPLAYED = "replayed"
    FOREIGN_CERTIFICATE = "foreign_certificate"
    FOREIGN_NOT_ACCEPTED = "foreign_not_accepted"
    FOREIGN_INSUFFICIENT = "foreign_insufficient"

    STATUS_YELLOW = "status_yellow"
    STATUS_RED = "status_red"
    STATUS_EXPIRED = "status_expired"
    STATUS_ABSENT = "status_absent"
    STATUS_UNKNOWN = "status_unknown"
    NO_DECLARATION = "no_declaration"

    FEVER = "fever"
    TEMPERATURE_LOW = "temperature_low"
    DEVICE_DOWN = "device_down"
    NO_TEMPERATURE = "no_temperature"
    REFERENCE_DUE = "reference_due"
    REFERENCE_FAILED = "reference_failed"

    NO_MASK = "no_mask"
    MASK_INCORRECT = "mask_incorrect"
    MASK_UNKNOWN = "mask_unknown"

    ALREADY_INSIDE = "already_inside"
    NOT_INSIDE = "not_inside"
    OUTSIDE_SHIFT = "outside_shift"
    VEHICLE_FULL = "vehicle_full"
    PLATE_MISMATCH = "plate_mismatch"
    PLATE_UNKNOWN = "plate_unknown"
    NOT_ON_MANIFEST = "not_on_manifest"
    NOT_DISINFECTED = "not_disinfected"

    NO_CODE = "no_code"

    NO_WARRANT = "no_warrant"
    ENTERPRISE_SUSPENDED = "enterprise_suspended"
    BUNDLE_STALE = "bundle_stale"
    CLOCK_SUSPECT = "clock_suspect"

    OVERRIDDEN = "overridden"
    ANNULLED = "annulled"
    EMERGENCY = "emergency"
