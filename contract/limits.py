"""Every wait and every bound, named, in one file (seconds, unless the name says otherwise).

A number that two rooms must agree on, or that somebody has to wait for, stands here and nowhere else.
"""

from __future__ import annotations

from typing import Final

# -- the visit -------------------------------------------------------------------------------------------------------
IDLE_LIMIT: Final = 90.0
"""No touch for this long during a visit brings the warning with the large countdown."""
IDLE_WARNING: Final = 30.0
"""How long the countdown runs before the visit ends by itself."""
TAKE_CARD_REMINDER: Final = 8.0
"""After the farewell: the reminder to take the card is repeated this often until it is gone."""
FAREWELL: Final = 4.0
"""How long the farewell stays when there is nothing to take."""
RATING_THANKS: Final = 1.2
"""How long 「记下了，谢谢您」 stays after somebody said how it was."""
MESSAGE_LINGER: Final = 20.0
"""A message after a visit that nobody answers goes away after this long."""
PROGRESS_ADVICE: Final = 3.0
"""A wait longer than this says what to do if it takes long."""
PROOF_WAIT: Final = 60.0
"""How long the screen asks for a card, a code or an ID card before it goes back."""
TOUCH_HELD: Final = 3.0
"""A finger that lies on the glass longer than this no longer keeps others from touching: it is a second hand, a drop of
water, or a finger whose lifting was never told."""
DOUBLE_TAP: Final = 0.35
"""Two touches on the same target closer than this are one."""

# -- devices ---------------------------------------------------------------------------------------------------------
CARD_CONNECT: Final = 2.0
CARD_EXCHANGE: Final = 3.0
"""One APDU and its answer."""
CARD_READ: Final = 8.0
"""The whole of EF05 and EF06."""
CARD_KEYS: Final = 4.0
"""How long a third-generation card waits for the keys behind the platform; well below CARD_READ."""
CARD_PRESENCE_POLL: Final = 0.2
"""How often the slot is looked at between commands; pcscd itself looks every 0.4 s where a reader has no interrupt."""
CARD_SETTLE: Final = 0.8
"""After a command failed: so long until pcscd has surely noticed that the card was pulled."""
PRINTER_STATUS: Final = 0.6
"""One DLE EOT; silence means unknown, never plenty."""
PRINT_JOB: Final = 20.0
PRINTER_POLL: Final = 3.0
"""How often an idle printer is asked for its status."""
PAPER_SETTLE: Final = 60.0
"""The near-end sensor flutters as the roll turns: paper is taken for renewed when the cover was open or the paper out
in between, or when it has said so for this long."""
PRINTER_CONNECT: Final = 3.0
PRINTER_BUSY_POLL: Final = 0.25
"""How often a printer is asked while it works on a slip."""
SCANNER_SUFFIX_IDLE: Final = 0.08
"""A scanner without suffix: this much silence ends a code."""
SCANNER_PACKET_IDLE: Final = 0.5
"""A scanner that sends packets: this much silence in the middle of one ends it."""
SCANNER_COMMAND: Final = 0.5
"""Handing a start or a stop to the scanner."""
SCANNER_ACKNOWLEDGE: Final = 1.0
"""A scanner that acknowledges commands has done so after this long."""
SCANNER_VERDICT: Final = 0.4
"""What cannot be a code is said so only when no code follows within this: telephones flicker, readings break off."""
QR_MAX_CHARS: Final = 512
QR_LIFETIME: Final = 60.0
"""An electronic card's code is dead this long after it was scanned, wherever it waited."""
ID_READER_FIND: Final = 1.0
ID_READER_SELECT: Final = 1.0
ID_READER_READ: Final = 2.0
ID_READER_ADDRESS: Final = 1.5
"""The newest address."""
ID_READER_MODULE: Final = 0.5
"""What the module answers without a card: status, reset, its number, another rate."""
ID_READER_PROBE: Final = 0.3
"""Trying one rate of the line."""
ID_READER_POLL: Final = 0.5
"""How often the ID-card reader is asked whether a card lies on it."""
ID_READER_QUIET: Final = 0.15
"""After an answer that was not waited for: so much silence before the next command."""
CAMERA_POLL: Final = 2.0
"""How often it is looked whether the camera is plugged in."""
CAMERA_START: Final = 8.0
"""The camera's process from its start to the first frame: its library, the camera's own start, its exposure."""
CAMERA_LOOK: Final = 2.0
"""One look through the camera, once it runs."""
CAMERA_CAPTURE: Final = 6.0
"""One page, from the wish to the JPEG, once the camera runs."""
CAMERA_IDLE: Final = 15.0
"""Nobody looks: the camera is switched off and its process ended."""
CAMERA_END: Final = 1.0
"""What a camera's process has to end by itself before it is killed."""
CAMERA_REFRESH: Final = 0.3
"""Between two looks while somebody lays a page under the camera."""
CAMERA_FRAME_PIXELS: Final = 24_000_000
"""A larger picture is no frame of a document camera."""
CAMERA_FRAME_BYTES: Final = 32_000_000
"""A larger still image is not opened."""
CAMERA_LOOK_PIXELS: Final = 640
"""The longer side of the picture that the screen gets."""
PHOTO_PIXELS: Final = 2000
"""The longer side of a photographed page: an A4 sheet at 170 dots an inch."""
PHOTO_BYTES: Final = 400_000
"""A photographed page as a JPEG, before it is sealed."""
PHOTOS_A_MATTER: Final = 12
"""So many pages can be kept with one submission."""
PHOTOS_A_ROUND: Final = 2
"""So many pages are delivered before the courier looks again whether business waits."""
DOCUMENTS_KEPT_DAYS: Final = 30
"""The platform keeps a matter's pages this long after its time limit and its decision …"""
PAGES_UNCLAIMED_DAYS: Final = 7
"""… and so long what no matter names: a visit that was given up, or whose submission waits for the line."""
DOCUMENTS_PRUNE_EVERY: Final = 3600.0
"""How often the serving platform looks whether a page's time is over, or a telephone's link."""
UPLOAD_LIFETIME: Final = 600.0
"""A link for the resident's telephone is dead after this long, however far it was used."""
UPLOAD_POLL: Final = 2.0
"""How often the terminal asks whether a page has come, a quarter more or less."""
UPLOAD_BYTES: Final = 12_000_000
"""The largest picture a telephone may send; what is kept of it is no larger than PHOTO_BYTES."""
UPLOAD_AROUND: Final = 16_384
"""What a browser puts around it."""
UPLOAD_PIXELS: Final = 60_000_000
"""A picture of more is not decoded."""
UPLOAD_LEAST_PIXELS: Final = 700
"""A page whose shorter side has fewer cannot be read."""
UPLOAD_TRIES: Final = 30
"""So many pictures may be sent by one link, good and bad together."""
UPLOAD_SLOWEST: Final = 64_000
"""Bytes a second. A telephone's picture is given the time that it takes at this pace."""
UPLOAD_DECODE: Final = 20.0
"""Decoding one picture, in a process of its own."""
UPLOAD_MEMORY: Final = 1_500_000_000
"""Address space of that process."""
SOUND_BYTES: Final = 8_000_000
"""The largest sound: a minute and a half at 44,100 Hz, 16 bit, mono."""
SOUND_SECONDS: Final = 120.0
"""The longest sound; nobody listens for longer, and ``play`` ends."""
SPEAKER_SLACK: Final = 3.0
"""A sound that has not ended this long after its own length is stopped."""
SPEAKER_END: Final = 0.5
"""What the player has to end by itself before it is killed."""
SPEAKER_POLL: Final = 5.0
"""How often it is looked whether there is a sound card."""
PRESENCE_POLL: Final = 0.3
PRESENCE_READ: Final = 2.0
"""One value of the sensor; the kernel's own drivers give up within a second or so."""
PRESENCE_GONE: Final = 3.0
"""Nobody near for this long: they went. Shorter gaps are somebody who moves."""
SCREEN_REST: Final = 600.0
"""Nobody there and no touch for this long: the idle screen goes dark until somebody comes or touches it."""
WAKE_GRACE: Final = 0.5
"""The screen has just come back from its rest: a touch in this time was meant for the dark one and presses nothing."""
POWER_CONNECT: Final = 2.0
POWER_ANSWER: Final = 3.0
"""One question to the UPS's daemon and its whole answer."""
POWER_ANSWER_BYTES: Final = 65_536
POWER_POLL: Final = 5.0
POWER_LOW_CHARGE: Final = 20
"""Percent. On battery and no more than this left: no new visit begins."""
POWER_LOW_SECONDS: Final = 300
"""On battery and no more than this left: the longest visit's last step, its delivery and its slip fit in."""
POWER_SILENCE: Final = 600.0
"""A battery that was low when its UPS fell silent counts as low for this long: it has run on since."""
DEVICE_REOPEN_FIRST: Final = 0.5
DEVICE_REOPEN_LAST: Final = 30.0
"""Reopening backs off from the first to the last, with jitter, for as long as the device is away."""
DEVICE_ROLL_CALL: Final = 60.0
"""So long after the start the log says of every configured device how it is, also of those that never appeared."""
DEVICE_LOG_BURST: Final = 8
"""So many changes of one device's state are logged …"""
DEVICE_LOG_QUIET: Final = 600.0
"""… within so long; more often it comes and goes by a loose plug, which must not fill the log."""

# -- the platform ----------------------------------------------------------------------------------------------------
PLATFORM_CONNECT: Final = 3.0
"""Until somebody takes the connection: without that the platform is away, after it only slow."""
PLATFORM_ANSWER: Final = 15.0
"""From there to the end of the answer. A line that is six seconds slow each way answers in time; after PROGRESS_ADVICE
the screen says that it takes longer than usual, and nobody has to wait."""
PLATFORM_ANSWER_BYTES: Final = 2_000_000
PLATFORM_PROBE: Final = 20.0
"""How often the courier asks whether the platform is there when nothing else tells."""
SUBMIT_WAIT: Final = 10.0
"""How long the resident waits for the platform's receipt before the slip says 「已收到，待平台确认」."""
NOT_READY_RETRY: Final = 30.0
"""How often a terminal that cannot work (no papers, no log file) tries again whether it can."""
DELIVERY_RETRY_FIRST: Final = 1.0
DELIVERY_RETRY_LAST: Final = 300.0
SESSION_LIFETIME: Final = 900.0
"""A resident's session on the platform ends after this long, whatever the terminal does."""
REQUEST_BYTES: Final = 131_072
"""The largest body the platform takes: a sealed outbox row in base64 with room to spare."""
PHOTO_REQUEST_BYTES: Final = 560_000
"""The largest body of the route for photographs: PHOTO_BYTES sealed, in base64, and what stands around it."""
SLOWEST_LINE: Final = 32_000
"""Bytes a second. A body is given the time that it takes at this pace, on top of the usual waits."""
SERVICE_PASSWORD_TRIES: Final = 5
"""So many wrong service passwords in a row block it until staff unlock it."""
LISTING_PAGE: Final = 6
"""Cards on one page of a list."""
GIG_OPENING_DAYS: Final = 30
"""Work by the day that somebody registered is shown for so long."""
GIG_SEEKER_DAYS: Final = 90
"""Somebody who looks for work by the day is shown for so long after registering."""
TLS_HANDSHAKE: Final = 1.0
"""A peer that connects to the embedded platform and says nothing is let go after this long: others wait behind it."""
REQUEST_ARRIVAL: Final = 5.0
"""The embedded platform takes a request whole within this, from its first byte to its last, or hangs up."""
LAST_WORD: Final = 5.0
"""It answered without reading on: so long it waits for the other end to stop sending before it hangs up."""
DATABASE_WAIT: Final = 6.0
"""How long the platform waits for its database before it says that it is busy; below PLATFORM_ANSWER."""

RATING_DUE_DAYS: Final = 5
"""Working days in which a bad rating (差评) is looked into, and whoever wished it called back. Published local rules
give fifteen for putting it right."""
RATING_NOTE_CHARS: Final = 200
"""What staff writes down of that."""

# -- identity and enrolment (docs/identity.md) -----------------------------------------------------------------------
ENROL_CODE_LIFETIME: Final = 86_400.0
"""An enrolment code that nobody used is dead after this long."""
ENROL_CODE_TRIES: Final = 5
"""So many bad tries burn a code."""
ENROL_AGAIN: Final = 600.0
"""The same request gets the same answer for so long after a code was used: the power was cut in the middle."""
ENROL_ANSWER: Final = 30.0
"""The whole exchange, for whoever stands at the terminal."""
ENROL_ANSWER_BYTES: Final = 131_072
"""Certificate, CA, root of trust and the platform's papers, with room to spare."""
CLOCK_SKEW: Final = 3600.0
"""A certificate is valid this long before it was made; a clock that is further off cannot be worked with."""
CERTIFICATE_DAYS: Final = 30
CERTIFICATE_LOOK: Final = 3600.0
"""How often a terminal looks whether its certificate is to be renewed, or tries again."""
RENEW_NONCE: Final = 120.0
"""The platform's nonce for a renewal without a valid certificate is good for so long."""
TPM_COMMAND: Final = 20.0
"""One command to the TPM; a slow one takes seconds to make a key."""

# -- the sealed log --------------------------------------------------------------------------------------------------
SEGMENT_RECORDS: Final = 256
SEGMENT_AGE: Final = 600.0
LOG_DETAIL_BYTES: Final = 4096
LOG_VALUE_CHARS: Final = 128
"""A text in a log record is cut to this many characters; five of them, escaped, stay below LOG_DETAIL_BYTES."""
OUTBOX_BODY_BYTES: Final = 65_536
LOG_PART_BYTES: Final = 49_152
"""Sealed records of one request, before base64 makes them a third longer; below REQUEST_BYTES with room to spare."""
LOG_PARTS_A_ROUND: Final = 8
"""So many parts of closed segments are delivered before the courier looks again whether business waits."""
LOG_KEPT_DAYS: Final = 184
"""A delivered segment stays on the terminal this long after the platform's receipt: six months at least …"""
LOG_KEPT_DAYS_MOST: Final = 1096
"""… and three years at most (terminal.toml, [log] keep_days)."""
LOG_PRUNE_EVERY: Final = 3600.0
"""How often the courier looks whether something is old enough to go."""
EXPORT_RESERVE_BYTES: Final = 1024 * 1024
"""Room that an export leaves free on the stick."""
LEDGER_BUSY: Final = 5.0
"""How long the ledger waits for a reader of its file (SQLite busy timeout)."""
DISK_RESERVE_BYTES: Final = 64 * 1024 * 1024
"""Below this much free disk new business is refused before it is accepted."""

# -- staff PIN -------------------------------------------------------------------------------------------------------
PIN_FREE_TRIES: Final = 5
"""So many wrong PINs in a row cost no wait but the check itself."""
PIN_FIRST_WAIT: Final = 15.0
"""After the last free try; doubled by each further one. Counted in boot time, from the start again at a reboot."""
PIN_TRIES: Final = 10
"""So many wrong PINs in a row disable the worker at this terminal until the platform unlocks."""
PIN_SHOWN: Final = 120.0
"""A worker's QR or own card opens the PIN's keypad for this long."""
STAFF_SESSION_LIFETIME: Final = 7200.0
"""A worker's session on the platform ends after this long, whatever the terminal does; the visit ends it sooner."""
STAFF_LOOK: Final = 1.0
"""While a worker is signed in: so often it is looked whether the roster still has them."""
STAFF_UNLOCK_LOOK: Final = 20.0
"""While a worker is disabled here: so often the platform is asked whether it has unlocked."""
ROSTER_DAYS: Final = 60
"""A roster is valid for so long: the county reviews its staff every month, and has a month more to bring the next."""
ROSTER_WORKERS: Final = 64
ROSTER_TERMINALS: Final = 16

# -- drawing ---------------------------------------------------------------------------------------------------------
FPS_ACTIVE: Final = 60
"""So often a second the window looks whether there is something to draw, by itself; a touch wakes it at once."""
FPS_IDLE: Final = 4
"""… and so often when nobody is there: what moves then are the minutes and the notices."""
FPS_UNWOKEN: Final = 10
"""… and so often then where a touch cannot wake it (no X server): it is found by looking."""
IDLE_SLOWDOWN: Final = 5.0
"""After the last touch (seconds)."""

# -- signed configuration (docs/signed-config.md) --------------------------------------------------------------------
CONFIG_PERIOD: Final = 300.0
"""How often a terminal looks for another configuration; each wait is drawn between half of it and all of it."""
CONFIG_REPORT_PERIOD: Final = 3600.0
"""A terminal with nothing new to say reports this often."""
CONFIG_REFRESH: Final = 120.0
"""One look, from the first byte to the last: metadata, assignment and objects. An endless answer ends here."""
CONFIG_CONNECT: Final = 3.0
CONFIG_READ: Final = 8.0
"""Silence within an answer."""
CONFIG_ROOT_BYTES: Final = 64_000
CONFIG_TIMESTAMP_BYTES: Final = 8_192
CONFIG_SNAPSHOT_BYTES: Final = 256_000
CONFIG_TARGETS_BYTES: Final = 1_000_000
"""The largest of targets, content, a county's role, devices and its bins."""
CONFIG_ASSIGNMENT_BYTES: Final = 65_536
CONFIG_OBJECT_BYTES: Final = 2_000_000
CONFIG_TOTAL_BYTES: Final = 32_000_000
"""Everything that one look may bring, metadata and objects together."""
CONFIG_OBJECTS: Final = 400
"""The most objects one assignment names."""
CONFIG_TIME_WAIT: Final = 8.0
"""A signed time answer that took longer says nothing about now."""
CONFIG_TIME_BYTES: Final = 2_048
CONFIG_CLOCK_SLACK: Final = 300.0
"""How far a clock may stand behind the time floor, or behind the platform's, before it counts as lost."""
CONFIG_RENEW: Final = 3600.0
"""How often the serving platform looks whether its online metadata wants renewing."""
CONFIG_ERROR_PERCENT: Final = 2
"""A release stops by itself when more than this share of the terminals that reported on it report an error."""
CONFIG_REPORTED_PERCENT: Final = 50
"""A ring is widened only when at least this share of it has reported on the release."""
