# Words of the console, in English. One key, one sentence; the keys are the same in every language.
app-title = Ringdown { $side }
help = ?
skip = Skip to the messages

line = LINE
line-open = OPEN
line-shut = SHUT
line-since = { $state } since { $since }, says { $by }
path-up = { $name } up since { $since }
path-down = { $name } NO PATH since { $since }
path-heard = last heard { $heard }
path-never = not heard since this node started
peer = PEER
peer-answers = { $peer } answers
peer-silent = { $peer } NO PATH since { $since }
peer-store-full = { $peer } CANNOT STORE. It receives nothing and was heard saying so.
store-full = CANNOT STORE: the disk is full. Receiving stopped, { $peer } told. It goes on by itself once there is space.
store-stopped = CANNOT STORE: { $reason }. Writing has stopped until the node is started anew.
line-down = LINE DOWN: { $peer } does not answer on any path. What you send waits here and goes out by itself.
refused = { $count } datagrams could not be opened by any key of this line.

sound-off = SOUND OFF - press Start watch
start-watch = Start watch
sound-on = Sound armed
silence = Silence (this console, 2 min)
blind-title = THIS SCREEN IS BLIND since
blind-text = Messages may be arriving. Go to another console or telephone.

board = Board
compose = New message
waits = WAITS FOR YOU
waits-nothing = Nothing waits for an answer.
waits-acknowledge = not acknowledged
unstored = NOT YET STORED BY { $peer }
last = LAST MESSAGES
last-none = No messages yet.
column-serial = Serial
column-precedence = Precedence
column-class = Class
column-subject = Subject
column-state = State
column-time = Zulu
alarms = TELL THE SUPERVISOR

incoming-from = from { $from }
acknowledge = Acknowledge - I have it
open-message = Open { $serial }
more-waiting = { $count } more wait below this one.

message-from = From
message-officer = Released by
message-marker = Marker
message-language = Language
message-entry = Entry
message-states = States
message-says = Who says so
message-raw = This message cannot be shown as text. Its raw content:
state-words = Acknowledged means: a person has it. It does not mean understood, agreed or done.

compose-title = New message to { $peer }
compose-precedence = Precedence
compose-class = Class
compose-class-choose = Choose: is this meant?
compose-class-live = LIVE - meant
compose-class-exercise = EXERCISE - part of an agreed exercise
compose-class-test = TEST - only the line is tested
compose-marker = Marker
compose-subject = Subject
compose-language = Language of the text
compose-text = Text
compose-kept = Draft kept on this node at { $time }
compose-not-kept = DRAFT NOT KEPT
compose-release = Release { $precedence } to { $peer } - { $class }
compose-discard = Put aside
drafts = DRAFTS
draft-open = Go on writing

sign-in-title = { $side }: sign in
sign-in-text = Open the address that 'ringdown serve' or 'ringdown demo' printed, or paste the token from the home's file 'token'.
sign-in-token = Token
sign-in = Sign in
sign-in-wrong = This is not the token of this home. Nothing was opened.

back = Back to the board
error-title = This did not work
