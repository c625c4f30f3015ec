"""The tables, a file a subject. Their names are the glossary's; docs say what each holds.

`access_tokens` (of enterprises' own systems), `authority` (policy, warrant), `cases` (of
inspectors), `certificates` (of foreign issuers), `entries` (the log and what came with it),
`erasures` (what was erased of it), `health` (what holders declared and what was said of their
health), `jobs` (what runs in the background), `people` (holders and their passes), `phones` (links
by which phones get theirs), `places` (enterprises, sites, gates, kiosks), `proposals` (what
two officers decide), `receipt_log` (the tree over all receipts), `records`
(who did and asked what), `requests` (what
enterprises ask of the bureau), `restorations` (restores of the database),
`second_factors` (what accounts prove themselves with besides a password), `steps` (what living
codes were used a moment ago), `sunset` (the end of the deployment), `webhooks` (what is told to
enterprises' own systems), `views` (filters that inspectors named).
"""

from checkpoint.storage.tables.access_tokens import AccessToken, AskedOnce
from checkpoint.storage.tables.authority import Policy, Warrant
from checkpoint.storage.tables.cases import CaseEntry, CaseLookup, CaseStep, InspectionCase
from checkpoint.storage.tables.certificates import SignerCertificate
from checkpoint.storage.tables.entries import Entry, Head, KioskChain, Quarantine, Receipt
from checkpoint.storage.tables.erasures import Chore, Erasure, Tombstone
from checkpoint.storage.tables.health import Declaration, HolderHealth, SaidStatus
from checkpoint.storage.tables.jobs import Job
from checkpoint.storage.tables.people import (
    Holder,
    HolderPhoto,
    IssuedPass,
    PassBatch,
    Rider,
    Signature,
    Withdrawal,
)
from checkpoint.storage.tables.phones import PhoneLink
from checkpoint.storage.tables.places import (
    Bundle,
    EnrolmentCode,
    Enterprise,
    EnterpriseRecord,
    Gate,
    Kiosk,
    Site,
)
from checkpoint.storage.tables.proposals import Proposal, Setting
from checkpoint.storage.tables.receipt_log import Leaf, LogTile, ReceiptLog, SignedTree
from checkpoint.storage.tables.records import Action, Lookup, RecordHead, Remark
from checkpoint.storage.tables.requests import EmergencyRequest, GuideReading, WarrantRequest
from checkpoint.storage.tables.restorations import Awaited, Restoration
from checkpoint.storage.tables.second_factors import RecoveryCode, SecondFactor
from checkpoint.storage.tables.steps import UsedStep
from checkpoint.storage.tables.sunset import Sunset
from checkpoint.storage.tables.views import SavedView
from checkpoint.storage.tables.webhooks import Delivery, Webhook

ALL = (
    Enterprise,
    EnterpriseRecord,
    Site,
    Gate,
    Kiosk,
    EnrolmentCode,
    Bundle,
    Holder,
    HolderPhoto,
    Rider,
    IssuedPass,
    PassBatch,
    PhoneLink,
    Signature,
    Withdrawal,
    Declaration,
    SaidStatus,
    HolderHealth,
    Policy,
    Proposal,
    Setting,
    Warrant,
    WarrantRequest,
    EmergencyRequest,
    GuideReading,
    SignerCertificate,
    Entry,
    KioskChain,
    Head,
    Receipt,
    Quarantine,
    Erasure,
    Tombstone,
    UsedStep,
    ReceiptLog,
    Leaf,
    LogTile,
    SignedTree,
    Restoration,
    Awaited,
    Chore,
    Job,
    Action,
    Lookup,
    RecordHead,
    Remark,
    InspectionCase,
    CaseStep,
    CaseEntry,
    CaseLookup,
    SecondFactor,
    RecoveryCode,
    Sunset,
    AccessToken,
    AskedOnce,
    Webhook,
    Delivery,
    SavedView,
)

__all__ = [
    "ALL",
    "AccessToken",
    "Action",
    "AskedOnce",
    "Awaited",
    "Bundle",
    "CaseEntry",
    "CaseLookup",
    "CaseStep",
    "Chore",
    "Declaration",
    "Delivery",
    "EmergencyRequest",
    "EnrolmentCode",
    "Enterprise",
    "EnterpriseRecord",
    "Entry",
    "Erasure",
    "Gate",
    "GuideReading",
    "Head",
    "Holder",
    "HolderHealth",
    "HolderPhoto",
    "InspectionCase",
    "IssuedPass",
    "Job",
    "Kiosk",
    "KioskChain",
    "Leaf",
    "LogTile",
    "Lookup",
    "PassBatch",
    "PhoneLink",
    "Policy",
    "Proposal",
    "Quarantine",
    "Receipt",
    "ReceiptLog",
    "RecordHead",
    "RecoveryCode",
    "Remark",
    "Restoration",
    "Rider",
    "SaidStatus",
    "SavedView",
    "SecondFactor",
    "Setting",
    "Signature",
    "SignedTree",
    "SignerCertificate",
    "Site",
    "Sunset",
    "Tombstone",
    "UsedStep",
    "Warrant",
    "WarrantRequest",
    "Webhook",
    "Withdrawal",
]
