"""CAQH CORE connectivity vC2.2.0: the HTTP MIME multipart envelope that carries X12 messages."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Mode = Literal["RealTime", "Batch"]

RULE_VERSION = "2.2.0"
REAL_TIME: Mode = "RealTime"
BATCH: Mode = "Batch"
SUCCESS = "Success"
ENVELOPE_ERROR = "CoreEnvelopeError"  # the payload type of an answer that refuses the envelope

# Payload types of the rule's table, for the messages we speak.
ELIGIBILITY_REQUEST = "X12_270_Request_005010X279A1"
ELIGIBILITY_RESPONSE = "X12_271_Response_005010X279A1"
STATUS_INQUIRY = "X12_276_Request_005010X212"
STATUS_ANSWER = "X12_277_Response_005010X212"
REVIEW_REQUEST = "X12_278_Request_005010X217E1_2"
REVIEW_RESPONSE = "X12_278_Response_005010X217E1_2"
CLAIMS_REQUEST = "X12_837_Request_005010X222A1"
BATCH_RECEIVED = "X12_BatchReceiptConfirmation"
TA1_REQUEST = "X12_TA1_RetrievalRequest_00501X231A1"
TA1_RESPONSE = "X12_TA1_Response_00501X231A1"
ACK_REQUEST = "X12_999_RetrievalRequest_005010X231A1"
ACK_RESPONSE = "X12_999_Response_005010X231A1"
STATUS_REQUEST = "X12_277CA_Request_005010X214"
STATUS_RESPONSE = "X12_277CA_Response_005010X214"
REMITTANCE_REQUEST = "X12_835_Request_005010X221A1"
REMITTANCE_RESPONSE = "X12_835_Response_005010X221A1"
RESULTS_ACK = "X12_999_SubmissionRequest_005010X231A1"
RESULTS_ACK_RECEIVED = "X12_Response_ConfirmReceiptReceived"
NO_ACK_FILE = "X12_Response_NoBatchAckFile"
NO_RESULTS_FILE = "X12_Response_NoBatchResultsFile"

_LENGTHS = {
    "PayloadType": 50,
    "ProcessingMode": 8,
    "PayloadID": 36,
    "PayloadLength": 12,
    "TimeStamp": 20,
    "UserName": 50,
    "Password": 50,
    "SenderID": 50,
    "ReceiverID": 50,
    "CORERuleVersion": 12,
    "CheckSum": 40,
    "ErrorCode": 50,
    "ErrorMessage": 1024,
}
_COMMON = ("PayloadType", "ProcessingMode", "PayloadID", "TimeStamp")
_IDS = ("SenderID", "ReceiverID", "CORERuleVersion")
_REQUEST_FIELDS = (*_COMMON, "UserName", "Password", *_IDS, "Payload")
_RESPONSE_FIELDS = (*_COMMON, *_IDS, "ErrorCode", "ErrorMessage")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
_FIELD_NAME = re.compile(rb"""content-disposition:[^\r\n]*;\s*name="?(\w+)"?""", re.IGNORECASE)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class BadEnvelope(ValueError):
    """The envelope cannot be taken; `code` is the ErrorCode of the rule, the text says why.

    Codes are PayloadTypeIllegal, <Field>Required, <Field>Illegal, VersionMismatch,
    ChecksumMismatched, Truncated. The text never holds a value of the envelope.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreRequest:
    """What a submitter sends: one payload and the envelope's metadata. `at` is aware."""

    payload_type: str
    mode: Mode
    payload_id: str
    at: datetime
    user: str
    password: str
    sender: str
    receiver: str
    payload: bytes = b""
    rule_version: str = RULE_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreResponse:
    """What comes back: a payload, or an error code and its words."""

    payload_type: str
    mode: Mode
    payload_id: str
    at: datetime
    sender: str
    receiver: str
    payload: bytes = b""
    error_code: str = SUCCESS
    error_message: str = "None"
    rule_version: str = RULE_VERSION

    @property
    def is_success(self) -> bool:
        """Whether the envelope was taken."""
        return self.error_code == SUCCESS


def build_request(request: CoreRequest) -> tuple[bytes, str]:
    """Return the body and the Content-Type of a request; raise `BadEnvelope` on a bad field."""
    fields = {**_shared(request), "UserName": request.user, "Password": request.password}
    return _build(fields, request.payload)


def build_response(response: CoreResponse) -> tuple[bytes, str]:
    """Return the body and the Content-Type of a response; raise `BadEnvelope` on a bad field."""
    fields = {
        **_shared(response),
        "ErrorCode": response.error_code,
        "ErrorMessage": response.error_message,
    }
    return _build(fields, response.payload)


def parse_request(body: bytes, content_type: str) -> CoreRequest:
    """Read a request; raise `BadEnvelope` with the code to answer."""
    fields = _fields(body, content_type, _REQUEST_FIELDS)
    return CoreRequest(
        payload_type=_text(fields, "PayloadType"),
        mode=_mode(fields),
        payload_id=_text(fields, "PayloadID"),
        at=_instant(fields),
        user=_text(fields, "UserName"),
        password=_text(fields, "Password"),
        sender=_text(fields, "SenderID"),
        receiver=_text(fields, "ReceiverID"),
        rule_version=_version(fields),
        payload=_payload(fields),
    )


def parse_response(body: bytes, content_type: str) -> CoreResponse:
    """Read a response; raise `BadEnvelope` when it is not one, is cut short or was altered."""
    fields = _fields(body, content_type, _RESPONSE_FIELDS)
    return CoreResponse(
        payload_type=_text(fields, "PayloadType"),
        mode=_mode(fields),
        payload_id=_text(fields, "PayloadID"),
        at=_instant(fields),
        sender=_text(fields, "SenderID"),
        receiver=_text(fields, "ReceiverID"),
        rule_version=_version(fields),
        error_code=_text(fields, "ErrorCode"),
        error_message=_text(fields, "ErrorMessage"),
        payload=_payload(fields),
    )


def checksum(payload: bytes) -> str:
    """Return the payload's CheckSum: SHA-1 in hexadecimal, as the rule prescribes."""
    return hashlib.sha1(payload, usedforsecurity=False).hexdigest()


def _shared(message: CoreRequest | CoreResponse) -> dict[str, str]:
    fields = {
        "PayloadType": message.payload_type,
        "ProcessingMode": message.mode,
        "PayloadID": message.payload_id,
        "TimeStamp": message.at.astimezone(UTC).strftime(_TIME),
        "SenderID": message.sender,
        "ReceiverID": message.receiver,
        "CORERuleVersion": message.rule_version,
    }
    if message.mode == BATCH and message.payload:  # the rule forbids both in real time
        fields["PayloadLength"] = str(len(message.payload))
        fields["CheckSum"] = checksum(message.payload)
    return fields


def _build(fields: Mapping[str, str], payload: bytes) -> tuple[bytes, str]:
    for name, value in fields.items():
        _require_legal(name, value)
    boundary = _boundary_for(payload, fields["PayloadID"])
    parts = [_part(boundary, name, value.encode("ascii")) for name, value in fields.items()]
    parts.append(_part(boundary, "Payload", payload))
    body = b"".join(parts) + b"--" + boundary.encode() + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, name: str, content: bytes) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode("ascii") + content + b"\r\n"


def _boundary_for(payload: bytes, seed: str) -> str:
    boundary = hashlib.sha256(payload + seed.encode()).hexdigest()[:32]
    while boundary.encode() in payload:
        boundary = hashlib.sha256(boundary.encode()).hexdigest()[:32]
    return boundary


def _fields(body: bytes, content_type: str, required: tuple[str, ...]) -> dict[str, bytes]:
    fields = _split(body, content_type)
    for name in required:
        if name not in fields:
            raise BadEnvelope(f"{name}Required", f"The envelope has no {name}.")
    for name, value in fields.items():
        if name != "Payload":
            _require_legal(name, value.decode("latin-1"))
    return fields


def _split(body: bytes, content_type: str) -> dict[str, bytes]:
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or not found:
        raise BadEnvelope("PayloadTypeIllegal", "The message is not multipart/form-data.")
    mark = b"--" + (found[1] or found[2]).encode("latin-1")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise BadEnvelope("Truncated", "The message ends before its last boundary.")
    fields: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        name = _FIELD_NAME.search(head)
        if not gap or not name:
            raise BadEnvelope("PayloadIllegal", "A part of the message has no name.")
        key = name[1].decode("ascii", "replace")
        if key in fields:
            raise BadEnvelope(f"{key}Illegal", f"The envelope has {key} twice.")
        fields[key] = content
    return fields


def _require_legal(name: str, value: str) -> None:
    longest = _LENGTHS.get(name)
    if longest is None:
        return  # a field of a later version: not ours to judge
    if not value and name != "ErrorMessage":
        raise BadEnvelope(f"{name}Required", f"{name} is empty.")
    if len(value) > longest or not _PRINTABLE.fullmatch(value):
        raise BadEnvelope(f"{name}Illegal", f"{name} is too long or not printable.")


def _text(fields: Mapping[str, bytes], name: str) -> str:
    return fields[name].decode("ascii")


def _mode(fields: Mapping[str, bytes]) -> Mode:
    match fields["ProcessingMode"]:
        case b"RealTime":
            return "RealTime"
        case b"Batch":
            return "Batch"
    raise BadEnvelope("ProcessingModeIllegal", "ProcessingMode is neither RealTime nor Batch.")


def _instant(fields: Mapping[str, bytes]) -> datetime:
    try:
        return datetime.strptime(_text(fields, "TimeStamp"), _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise BadEnvelope("TimeStampIllegal", "TimeStamp is not a UTC instant.") from None


def _version(fields: Mapping[str, bytes]) -> str:
    version = _text(fields, "CORERuleVersion")
    if version != RULE_VERSION:
        raise BadEnvelope("VersionMismatch", f"Only version {RULE_VERSION} is spoken here.")
    return version


def _payload(fields: Mapping[str, bytes]) -> bytes:
    payload = fields.get("Payload", b"")
    if "PayloadLength" in fields and fields["PayloadLength"] != str(len(payload)).encode():
        raise BadEnvelope("PayloadLengthIllegal", "The payload is not as long as it says.")
    if "CheckSum" in fields and fields["CheckSum"].decode("ascii").lower() != checksum(payload):
        raise BadEnvelope("ChecksumMismatched", "The payload was altered on its way.")
    if fields["ProcessingMode"] == b"Batch" and payload and "CheckSum" not in fields:
        raise BadEnvelope("CheckSumRequired", "A batch needs a CheckSum.")
    return payload
