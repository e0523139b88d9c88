"""The codes of a visit in people's words: one table per code list, in each reader's language.

National wording for results (R1 to R8), this product's own for the rest. An unknown code is shown as it is:
an older server must be able to show what a newer phone wrote.
"""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

Words = Mapping[str, LazyString]


def word(table: Words, code: str | None) -> str:
    """The word for a code, or the code itself."""
    return str(table[code]) if code and code in table else code or ""


def together(table: Words, codes: Iterable[str]) -> str:
    """The words for several codes."""
    return "、".join(word(table, code) for code in codes)


STATUSES: Words = {
    "assigned": _("Assigned"),
    "open": _("Under way"),
    "signed": _("Signed off"),
    "aborted": _("Aborted"),
    "conflict": _("In conflict"),
    "cancelled": _("Cancelled"),
}

HINDRANCES: Words = {
    "certificate": _("No valid certificate on that day"),
    "away": _("Away on that day"),
    "recusal": _("Recused from this enterprise"),
    "booked": _("On another visit in that half day"),
}

VERDICTS: Words = {
    "pass": _("Pass"),
    "fail": _("Fail"),
    "na": _("Not applicable"),
    "pending": _("Awaiting the laboratory"),
    "exempt": _("Exempt"),
    "open": _("Not answered"),
    "conflict": _("Conflict"),
}

DEPARTMENT_STATES: Words = {
    "waiting": _("Not begun"),
    "open": _("Checking"),
    "completed": _("Completed"),
    "absent": _("Absent"),
    "conflict": _("In conflict"),
}

STEPS: Words = {
    "arrived": _("Arrived"),
    "party": _("Party present"),
    "identity": _("Identity shown"),
    "rights": _("Rights told"),
    "recusal": _("Recusal asked"),
    "left": _("Left"),
}

ABSENCE_REASONS: Words = {
    "not-needed": _("Not needed"),
    "too-few-officers": _("Fewer than two officers"),
    "leave": _("On leave"),
    "emergency": _("Called to an emergency"),
    "other": _("Another reason"),
}

RESULTS: Words = {
    "R1": _("No problem found"),
    "R2": _("Information required to be published was not published"),
    "R3": _("Published information conceals the truth or is falsified"),
    "R4": _("Cannot be contacted at the registered domicile"),
    "R5": _("Problem found, correction ordered"),
    "R6": _("Refuses to cooperate, serious"),
    "R7": _("No business covered by this check was found"),
    "R8": _("Problem found, follow-up pending"),
    "X1": _("Deregistered, revoked or moved: check ended"),
    "X2": _("Exempt under trust, not checked"),
}

ROLES: Words = {
    "inspector": _("Officer"),
    "party": _("Inspected party"),
    "witness": _("Witness"),
    "expert": _("Expert"),
    "lead": _("Team lead"),
}

REFUSALS: Words = {
    "RS1": _("Refuses to sign"),
    "RS2": _("Legal representative absent, nobody authorised"),
    "RS3": _("Holds the record to be untrue after reading it"),
    "RS4": _("Cannot write"),
}

SOURCES: Words = {
    "app": _("Taken in the app"),
    "camera": _("Phone camera"),
    "album": _("From the album"),
    "body-camera": _("Body camera"),
    "scan": _("Scan"),
}

MOMENTS: Words = {
    "arrival": _("Arrival"),
    "identity": _("Identity shown"),
    "rights": _("Rights told"),
    "recusal": _("Recusal asked"),
    "fail": _("Problem"),
    "refusal": _("Refusal"),
    "leaving": _("Leaving"),
    "sample": _("Sampling"),
    "other": _("Other"),
}

MEDIA: Words = {
    "image": _("Photo"),
    "video": _("Video"),
    "audio": _("Sound"),
    "application": _("File"),
}

GRADES: Words = {
    "awaited": _("Awaited"),
    "stored": _("Stored"),
    "backed-up": _("Backed up"),
}

KINDS: Words = {
    "visit.opened": _("Opened the visit"),
    "visit.arrived": _("Arrived"),
    "identity.shown": _("Identity shown"),
    "rights.informed": _("Rights told"),
    "recusal.asked": _("Recusal asked"),
    "visit.left": _("Left"),
    "party.present": _("Party present"),
    "lead.taken-over": _("Lead taken over"),
    "officer.substituted": _("Officer substituted"),
    "answer": _("Answer"),
    "settlement": _("Conflict settled"),
    "evidence": _("Evidence"),
    "evidence.withdrawn": _("Evidence withdrawn"),
    "note": _("Note"),
    "recording": _("Recording"),
    "clue": _("Clue"),
    "sample": _("Sample"),
    "inquiry": _("Inquiry"),
    "survey": _("Survey"),
    "expert.opinion": _("Expert's opinion"),
    "statement": _("Statement of the party"),
    "measure": _("Correction ordered"),
    "corrected": _("Corrected on the spot"),
    "served": _("Document served"),
    "transcribed": _("Transcribed from paper"),
    "department.completed": _("Department completed"),
    "department.absent": _("Department absent"),
    "department.reopened": _("Department reopened"),
    "signature": _("Signature"),
    "supplement": _("Supplement"),
    "visit.signed": _("Signed off"),
    "visit.reopened": _("Visit reopened"),
    "visit.aborted": _("Visit aborted"),
}

PROBLEMS: Words = {
    "bad-chain": _("An entry's place in its phone's chain contradicts the entry before it."),
    "id-reused": _("Two entries bear the same id; both are kept."),
    "unknown-kind": _("An entry of a kind this version does not know; it is kept unchanged."),
    "bad-body": _("An entry does not have the form of its kind; it is kept and has no effect."),
    "bad-hash": _("An entry's content does not hash to its name; it has no effect."),
    "malformed": _("Something that is no entry was handed in; it has no effect."),
    "other-visit": _("An entry belongs to another visit; it has no effect."),
    "unknown-target": _("An entry refers to another that has not arrived."),
    "unknown-evidence": _("An entry refers to evidence that no entry names."),
    "foreign-target": _("An entry claims to replace something that is not its own to replace."),
    "bad-choice": _("A settlement chooses something that is not among the conflicting values."),
    "cycle": _("Entries replace one another in a circle; all of them are shown."),
    "wrong-author": _("An entry was written by somebody who may not write it; it has no effect."),
    "unknown-item": _("An answer to an item that is not on the checklist."),
    "unknown-department": _("An entry names a department that does not take part."),
    "bundle-unknown": _("A sign-off was made over a version of the checklist the server does not have."),
    "bad-bundle": _("The checklist has a part this version cannot read."),
    "quarantined": _("An entry is held back and has no effect."),
    "foreign-register": _("An entry claims to replace one of another register; that has no effect."),
    "unknown-register": _("A settlement speaks of something that is not part of the visit."),
    "not-lead": _("A deputy acted as the lead without having taken over; it has no effect."),
}

BLOCKERS: Words = {
    "item-open": _("Items are not answered"),
    "item-conflict": _("Items have conflicting answers"),
    "answer-incomplete": _("Answers lack what their item asks for"),
    "photo-missing": _("Failed items lack their photo"),
    "department-open": _("Department neither complete nor absent"),
    "department-conflict": _("Department's state is in conflict"),
    "department-outdated": _("Department changed after it was completed"),
    "arrival-missing": _("Arrival not recorded"),
    "identity-missing": _("Identity not shown"),
    "rights-missing": _("Rights not told"),
    "recusal-missing": _("Recusal not asked"),
    "party-missing": _("Nobody recorded for the party"),
    "party-unsigned": _("The party has neither signed nor refused"),
    "signature-outdated": _("A signature is outdated by a later change"),
    "refusal-invalid": _("The refusal lacks two officers, or a witness or video"),
    "too-few-officers": _("Fewer than two certified officers took part"),
    "nobody-present": _("No department has completed its check"),
    "visit-conflict": _("The state of the visit is in conflict"),
    "results-differ": _("The summary's results differ from the departments'"),
    "bundle-unknown": _("Signed over a version of the checklist the server does not have"),
    "not-lead": _("Signed by somebody who does not lead"),
    "covered-missing": _("It covers entries that have not arrived yet"),
    "replaced": _("A later entry took its place"),
    "abort-evidence-missing": _("The evidence an aborted visit needs is missing"),
}

ACTS: Words = {
    "go": _("The team downloads the visit and goes there."),
    "settle": _("Settle what is in conflict."),
    "arrive": _("Record arrival, identity, rights and recusal."),
    "answer": _("Answer the open items and add the missing photos."),
    "complete": _("Each department completes its check."),
    "sign": _("The party signs or refuses; outdated signatures are taken afresh."),
    "abort": _("Add the photos or the video an aborted visit needs."),
    "sign-off": _("The lead signs off."),
    "print": _("Print the record."),
    "nothing": _("Nothing more to do."),
}

LISTS: Words = {
    "parties": _("Present for the party"),
    "statements": _("Statements of the party"),
    "measures": _("Corrections ordered"),
    "corrected": _("Corrected on the spot"),
    "clues": _("Clues"),
    "notes": _("Notes"),
    "recordings": _("Recordings"),
    "samples": _("Samples"),
    "inquiries": _("Inquiries"),
    "surveys": _("Surveys"),
    "opinions": _("Experts' opinions"),
    "served": _("Documents served"),
    "transcribed": _("Transcribed from paper"),
    "substitutions": _("Officers substituted"),
    "takeovers": _("Lead taken over"),
    "supplements": _("Supplements"),
}

STANDINGS: Words = {
    "quarantined": _("Quarantined"),
    "provisional": _("Provisional"),
}

OBJECTIONS: Words = {
    "device-unknown": _("The phone is not enrolled yet; its author has to sign in on it."),
    "revoked": _("The enrolment was revoked before this arrived."),
    "bad-signature": _("The signature does not fit the key enrolled since."),
    "substitute": _("A substitute's entry: it counts once the office confirms the substitution."),
    "not-allowed": _("Its author may not write this, for instance for another department."),
    "not-member": _("Its author was never on the team of this visit."),
}

WHY: Words = {
    "device-unknown": _("Phone not enrolled"),
    "revoked": _("Enrolment ended"),
    "bad-signature": _("Signature does not fit"),
    "substitute": _("Substitute to confirm"),
    "not-allowed": _("Another department's"),
    "not-member": _("Not on the team"),
}
"""The objections in short."""

HELP: Words = {
    "device-unknown": _(
        "Nobody can admit it before its author signs in on that phone: only then can its signature be "
        "checked."
    ),
    "revoked": _(
        "Ask the author whether the phone was in their own hands when this was written; then admit it."
    ),
    "bad-signature": _(
        "It can never be admitted: nothing proves who wrote it. The author records it again; this stays "
        "as it is."
    ),
    "substitute": _(
        "Check who approved the substitution. Admitting it confirms the substitute for this visit."
    ),
    "not-allowed": _(
        "Who inspects, records: admitted, it is kept in the journal but still decides nothing for another "
        "department. That department's own officer answers anew."
    ),
    "not-member": _(
        "Put the author on the team first if they were sent; then admit it. Without that it is kept and "
        "decides nothing."
    ),
}

EXPLAINED: Mapping[str, tuple[LazyString, LazyString, LazyString, LazyString]] = {
    "hole": (
        _("An entry has not arrived yet"),
        _("A later entry of the same phone is here, the one before it is not."),
        _("What the missing one says is unknown. All others count; it takes its place when it comes."),
        _("Have the phone opened and synced. If it is lost or broken, import its rescue file."),
    ),
    "lost-known": (
        _("An entry is lost, its fingerprint is known"),
        _(
            "The phone itself has said that it no longer has the entry; the one after it holds its "
            "fingerprint."
        ),
        _("Its place stays empty. If the original turns up, the fingerprint proves it. All others count."),
        _("Look for it in a rescue file or on a colleague's phone; else the author says so in a supplement."),
    ),
    "lost-unknown": (
        _("Entries are lost, nothing is known of them"),
        _("The phone itself has said that it no longer has them; what came next is lost as well."),
        _(
            "Their places stay empty, and an original could not be proved by its fingerprint. All others "
            "count."
        ),
        _("The author tells what happened, and the department records anew what it needs, as a supplement."),
    ),
    "fork": (
        _("A phone's entries have two branches"),
        _("One phone continued twice from the same entry, mostly after its data were restored from a copy."),
        _("Both branches are genuine, kept and counted. The phone has gone on under a new enrolment."),
        _("The author looks through both; answers that contradict each other are settled as a conflict."),
    ),
    "clock": (
        _("A phone's clock was wrong by more than 5 minutes"),
        _("The times it wrote lie outside of what the server knows."),
        _(
            "What counts are the bounds beside each entry: not before the server issued its nonce, not after "
            "it was received. Nothing is decided by a phone's clock."
        ),
        _(
            "Have the phone take its time from the network. If a time matters, the author says so in a "
            "supplement."
        ),
    ),
    "late": (
        _("Entries came after the sign-off"),
        _("A phone that was offline sent them after the lead had signed off."),
        _("They are accepted and kept outside of the sealed state; the printed record does not change."),
        _("The lead looks at them, and reopens the visit and signs again if they change the conclusion."),
    ),
}

REFUSED: Words = {
    "id-reused": _("The id was used before with another content"),
    "bad-hash": _("The content does not hash to its name"),
    "bad-signature": _("The signature does not fit"),
    "malformed": _("Not of the agreed form"),
}

DEEDS: dict[str, LazyString] = {
    "visit-assigned": _("Assigned"),
    "visit-reassigned": _("Team changed"),
    "lead-taken-over": _("Lead taken over"),
    "visit-moved": _("Moved to another time"),
    "visit-merged": _("Merged"),
    "visit-cancelled": _("Cancelled"),
    "entries-held-back": _("Entries held back"),
    "device-recognised": _("Phone recognised"),
    "chain-admitted": _("Entries admitted"),
    "evidence.stored": _("Evidence stored"),
    "evidence.restored": _("Evidence stored again"),
    "evidence.swept": _("Uncited evidence removed"),
}

SUBJECTS: Words = {
    "entry": _("Entry"),
    "chain": _("Chain"),
    "journal": _("Journal"),
    "sign-off": _("Sign-off"),
    "bundle": _("Checklist version"),
    "blob": _("Evidence file"),
}

FINDINGS: Words = {
    "not-json": _("The stored text can no longer be read: it was changed"),
    "not-canonical": _("The stored text was changed in form"),
    "wrong-hash": _("The content does not hash to its name: it was changed"),
    "wrong-column": _("What is noted beside the entry differs from the entry"),
    "no-device": _("Its phone is not enrolled"),
    "wrong-person": _("Its phone is enrolled to another person"),
    "wrong-signature": _("The signature does not fit: the entry was changed or forged"),
    "no-predecessor": _("The entry before it is missing"),
    "wrong-position": _("The positions have a gap here"),
    "wrong-link": _("The chain breaks here"),
    "wrong-head": _("The head is not that of the entries"),
    "wrong-digest": _("The digest is not that of the accepted entries"),
    "missing": _("Missing"),
    "bad-blob": _("The file is gone, or its content does not hash to its name"),
}
