"""Every node and edge type of the network, described once.

This is the only place where a type is described. From here come validation, constraints and indexes,
upserts, the Excel template, the legend, the labels of the profile, and docs/schema.md. To add a type,
add it here; nothing else needs to know.

Words follow OParl 1.1 (Organization, Membership, Paper, Meeting, Consultation), Popolo and HSDS 3;
German terms where the field has no English one.
"""

from __future__ import annotations

from dataclasses import replace

from graph.model import Choice, EdgeType, Field, Line, NodeType, Symbol, Text

T = Text


def _choices(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(row[0], T(row[1], row[2]), row[3] if len(row) == 4 else "") for row in rows)


# ---- words that choices are bundled by: place in the drawing ----------------------------------------

SECTORS: dict[str, Text] = {
    "early": T("Frühe Bildung", "Early education"),
    "school": T("Schule", "Schools"),
    "culture": T("Kultur und Vereine", "Culture and associations"),
    "authority": T("Verwaltung", "Administration"),
    "youth": T("Jugend und Soziales", "Youth and social services"),
    "training": T("Ausbildung und Weiterbildung", "Training and further education"),
}

LEVELS = _choices(
    ("politics", "Politik", "Politics"),
    ("steering", "Steuerung", "Steering"),
    ("work", "Facharbeit", "Working level"),
)

AREA_LEVELS = _choices(
    ("county", "Kreis", "County"),
    ("municipality", "Kommune", "Municipality"),
    ("district", "Stadtbezirk", "District"),
    ("quarter", "Stadtteil", "Quarter"),
    ("social_space", "Sozialraum", "Social space"),
)
"""From coarse to fine. A Sozialraum groups Stadtteile and may cross Bezirke, so it is not in the nesting."""

# ---- fields that several types share ----------------------------------------------------------------

NAME = Field("name", T("Name", "Name"), T("Wie es heißt", "What it is called"), required=True)
SHORT = Field("short", T("Kurzname", "Short name"), T("Für schmale Bilder, keine zwei gleich", "For narrow pictures, no two alike"))
DESCRIPTION = Field("description", T("Beschreibung", "Description"), T("Worum es geht", "What it is about"), "longtext")
EMAIL = Field("email", T("E-Mail", "E-mail"), T("Dienstliche Adresse", "Office address"), "email")
PHONE = Field("phone", T("Telefon", "Phone"), T("Mit Vorwahl", "With area code"), "phone")
URL = Field("url", T("Internet", "Website"), T("Adresse der Seite", "Address of the page"), "url")
STREET = Field("street", T("Straße", "Street"), T("Straße und Hausnummer", "Street and number"))
POSTCODE = Field("postcode", T("PLZ", "Postcode"), T("Fünf Ziffern", "Five digits"), "code", lengths=(5,))
CITY = Field("city", T("Ort", "Town"), T("Ort der Anschrift", "Town of the address"))
LAT = Field("lat", T("Breite", "Latitude"), T("Geografische Breite, WGS 84", "Latitude, WGS 84"), "number", "°", least=-90, most=90)
LON = Field("lon", T("Länge", "Longitude"), T("Geografische Länge, WGS 84", "Longitude, WGS 84"), "number", "°", least=-180, most=180)
START = Field("start", T("Beginn", "Start"), T("Erster Tag", "First day"), "date")
END = Field("end", T("Ende", "End"), T("Letzter Tag", "Last day"), "date")
NOTE = Field("note", T("Bemerkung", "Note"), T("Freier Text", "Free text"), "longtext")
OPARL = Field("oparl", T("OParl-Adresse", "OParl address"), T("Adresse des Objekts im Ratsinformationssystem", "URL of the object in the council system"), "url", identifier="oparl")
POSITION = Field("position", T("Lage", "Position"), T("Woher die Koordinate stammt; eine amtliche geht jeder anderen vor", "Where the coordinate is from; an official one goes before any other"), "choice", choices=_choices(
    ("official", "amtlich", "official"), ("stated", "angegeben", "stated"), ("geocoded", "aus der Anschrift berechnet", "geocoded from the address"),
    ("doubtful", "zweifelhaft, nicht verwendet", "doubtful, not used")))
ADDRESS = (STREET, POSTCODE, CITY, LAT, LON, POSITION)
CONFIRMED = Field("confirmed", T("Bestätigt am", "Confirmed on"), T("Wann jemand die Angaben zuletzt bestätigt hat", "When somebody last confirmed this"), "date")
EXTRA = Field("extra", T("Weitere Angaben", "Further columns"), T("Spalten der Liste, nach denen niemand fragt", "Columns of the list that nobody asked for"), "extra", personal=True)
"""Personal, because nobody knows what stands there."""

SINCE = Field("since", T("Seit", "Since"), T("Erster Tag, an dem es galt", "First day on which it held"), "date")
UNTIL = Field("until", T("Bis", "Until"), T("Letzter Tag, an dem es galt", "Last day on which it held"), "date")
PERIOD = (SINCE, UNTIL)

# ---- nodes ------------------------------------------------------------------------------------------

_NODES = (
    NodeType(
        "Gremium", T("Gremium", "Committee"), T("Gremien", "Committees"),
        T("Jedes Gremium: Lenkungskreis, Bildungskonferenz, Handlungsforum, AG, Ausschuss, Rat", "Any committee: steering group, conference, forum, working group, council"),
        Symbol("hexagon", "⬢", "#1B4F9C", "#1B4F9C", "blue", 13),
        (
            NAME, SHORT,
            Field("kind", T("Art", "Kind"), T("Art des Gremiums; sie bestimmt seine Ebene, wo keine angegeben ist", "Kind of committee; it decides the level where none is given"), "choice", choices=_choices(
                ("council", "Rat", "Council", "politics"), ("committee", "Ausschuss", "Council committee", "politics"),
                ("steering", "Lenkungskreis", "Steering group", "steering"), ("conference", "Bildungskonferenz", "Education conference", "steering"), ("forum", "Handlungsforum", "Action forum"), ("working_group", "Arbeitsgruppe", "Working group"),
                ("round_table", "Runder Tisch", "Round table"), ("network", "Netzwerk", "Network"), ("board", "Beirat", "Advisory board"), ("other", "Sonstiges", "Other"))),
            Field("level", T("Ebene", "Level"), T("Politik entscheidet, Steuerung lenkt, Facharbeit arbeitet", "Politics decides, steering directs, the working level works"), "choice", choices=LEVELS),
            Field("mandate", T("Auftrag", "Mandate"), T("Wofür es eingesetzt ist", "What it was set up for"), "longtext"),
            Field("rhythm", T("Sitzungen", "Meetings"), T("Wie oft es tagt", "How often it meets")),
            START, END, EMAIL, URL, OPARL, NOTE,
        ),
        example="Lenkungskreis Bildung",
        actor=True,
    ),
    NodeType(
        "Institution", T("Institution", "Institution"), T("Institutionen", "Institutions"),
        T("Kita, Schule, Hochschule, Träger, Amt, Kammer, Verein, Betrieb", "Kita, school, university, provider, authority, chamber, association, company"),
        Symbol("square", "■", "#12866F", "#0A6655", "green", 8.5),
        (
            NAME, SHORT,
            Field("kind", T("Art", "Kind"), T("Art der Institution; sie bestimmt den Sektor im Bild", "Kind of institution; it decides the sector in the drawing"), "choice", choices=_choices(
                ("kita", "Kita", "Kita", "early"), ("family_centre", "Familienzentrum", "Family centre", "early"),
                ("school", "Schule", "School", "school"), ("school_authority", "Schulaufsicht", "School inspectorate", "authority"),
                ("authority", "Amt", "Authority", "authority"), ("chamber", "Kammer", "Chamber", "training"), ("company", "Betrieb", "Company", "training"),
                ("university", "Hochschule", "University", "training"), ("further_education", "Weiterbildung", "Further education", "training"),
                ("employment", "Arbeitsverwaltung", "Employment service", "training"), ("provider", "Träger", "Provider", "youth"),
                ("youth_centre", "Jugendeinrichtung", "Youth centre", "youth"), ("counselling", "Beratungsstelle", "Counselling", "youth"),
                ("culture", "Kultureinrichtung", "Cultural institution", "culture"), ("association", "Verein", "Association", "culture"),
                ("foundation", "Stiftung", "Foundation", "culture"), ("other", "Sonstiges", "Other", "culture"))),
            Field("form", T("Schulform", "Type of school"), T("Zum Beispiel Grundschule", "For example Grundschule")),
            Field("legal", T("Rechtsstellung", "Legal status"), T("Öffentlich oder privat", "Public or private"), "choice", choices=_choices(("public", "öffentlich", "public"), ("private", "privat", "private"))),
            Field("schulnummer", T("Schulnummer", "School number"), T("Amtliche Schulnummer, sechs Ziffern in NRW", "Official school number, six digits in NRW"), identifier="schulnummer"),
            Field("traegernummer", T("Trägernummer", "Provider number"), T("Amtliche Nummer des Schulträgers", "Official number of the school's provider"), identifier="traegernummer"),
            Field("gemeinde", T("Gemeindeschlüssel", "Municipality key"), T("AGS der Gemeinde, acht Ziffern", "AGS of its municipality, eight digits"), "code", lengths=(8,)),
            *ADDRESS, PHONE, EMAIL, URL,
            Field("pupils", T("Schülerinnen und Schüler", "Pupils"), T("Anzahl im Schuljahr der Quelle", "Number in the source's school year"), "integer", "Personen", least=0),
            Field("places", T("Plätze", "Places"), T("Genehmigte Plätze", "Licensed places"), "integer", "Plätze", least=0),
            START, END, NOTE,
        ),
        example="Kita Regenbogen",
        actor=True,
    ),
    NodeType(
        "Person", T("Person", "Person"), T("Personen", "People"),
        T("Wer in Gremien sitzt oder anzusprechen ist", "Who sits in committees or is to be contacted"),
        Symbol("circle", "●", "#3A404C", "#4D5564", "gray", 6),
        (
            Field("name", T("Name", "Name"), T("Vor- und Nachname", "First and last name"), required=True, personal=True),
            Field("email", T("E-Mail", "E-mail"), T("Dienstliche Adresse", "Office address"), "email", personal=True),
            Field("phone", T("Telefon", "Phone"), T("Dienstliche Nummer", "Office number"), "phone", personal=True),
            Field("function", T("Funktion", "Function"), T("Zum Beispiel Schulleitung", "For example head teacher")),
            Field("oparl", OPARL.label, OPARL.about, "url", identifier="oparl", personal=True),
            Field("note", NOTE.label, NOTE.about, "longtext", personal=True),
        ),
        example="Erika Muster",
        actor=True,
    ),
    NodeType(
        "Project", T("Projekt", "Project"), T("Projekte", "Projects"), T("Projekt oder Maßnahme mit Anfang und Ende", "Project or measure with a start and an end"),
        Symbol("diamond", "◆", "#D55E00", "#A34100", "orange", 9),
        (
            NAME, SHORT,
            Field("kind", T("Art", "Kind"), T("Projekt, Maßnahme oder Programm", "Project, measure or programme"), "choice", choices=_choices(
                ("project", "Projekt", "Project"), ("measure", "Maßnahme", "Measure"), ("programme", "Programm", "Programme"))),
            DESCRIPTION,
            Field("status", T("Stand", "Status"), T("Wie weit es ist", "How far it is"), "choice", choices=_choices(
                ("planned", "geplant", "planned"), ("running", "läuft", "running"), ("done", "abgeschlossen", "finished"), ("stopped", "eingestellt", "stopped"))),
            START, END, Field("budget", T("Mittel", "Budget"), T("Gesamte Mittel", "Whole budget"), "number", "€", least=0), URL, NOTE,
        ),
        example="Lesepaten",
        actor=True,
    ),
    NodeType(
        "Offer", T("Angebot", "Offer"), T("Angebote", "Offers"), T("Was jemand regelmäßig anbietet (HSDS: service)", "What somebody offers regularly (HSDS: service)"),
        Symbol("triangle", "▲", "#A1307E", "#8F2A70", "violet", 8.5),
        (
            NAME, SHORT, Field("kind", T("Art", "Kind"), T("Zum Beispiel Beratung, Kurs, Ganztag", "For example counselling, course, all-day care")), DESCRIPTION, *ADDRESS, PHONE, EMAIL, URL,
            Field("places", T("Plätze", "Places"), T("Gleichzeitige Plätze", "Places at a time"), "integer", "Plätze", least=0), START, END, NOTE,
        ),
        example="Elterncafé",
        actor=True,
    ),
    NodeType(
        "Goal", T("Ziel", "Goal"), T("Ziele", "Goals"), T("Handlungsziel des Bildungsnetzwerks", "Goal that the network has set itself"), Symbol("pentagon", "⬟", "#5F5000", "#5F5000", "yellow", 9),
        (NAME, SHORT, DESCRIPTION, START, END, Field("indicator", T("Woran erkennbar", "Measured by"), T("Wann es erreicht ist", "When it is reached")), NOTE),
        example="Übergänge gestalten",
        actor=True,
    ),
    NodeType(
        "Theme", T("Thema", "Theme"), T("Themen", "Themes"), T("Handlungsfeld", "Field of action"), Symbol("star", "★", "#00708F", "#005C76"), (NAME, SHORT, DESCRIPTION),
        example="Sprache",
    ),
    NodeType(
        "Stage", T("Bildungsphase", "Stage"), T("Bildungsphasen", "Stages"), T("Lebens- oder Bildungsphase", "Stage of life or education"), Symbol("chevron", "❯", "#7A4B00", "#7A4B00"),
        (
            NAME, SHORT, Field("order", T("Reihenfolge", "Order"), T("Von früh nach spät", "From early to late"), "integer"),
            Field("age_from", T("Alter von", "Age from"), T("Jüngstes Alter", "Youngest age"), "integer", "Jahre", least=0), Field("age_to", T("Alter bis", "Age to"), T("Ältestes Alter", "Oldest age"), "integer", "Jahre", least=0),
        ),
        example="Kita",
    ),
    NodeType(
        "TargetGroup", T("Zielgruppe", "Target group"), T("Zielgruppen", "Target groups"), T("Für wen etwas da ist", "Whom something is there for"), Symbol("drop", "▼", "#6B3FA0", "#6B3FA0"), (NAME, SHORT, DESCRIPTION),
        example="Eltern",
    ),
    NodeType(
        "Area", T("Gebiet", "Area"), T("Gebiete", "Areas"), T("Kommune, Stadtbezirk, Stadtteil; ein Sozialraum fasst Stadtteile zusammen", "Municipality, district, quarter; a social space groups quarters"),
        Symbol("plate", "▬", "#5A6272", "#4D5564"),
        (
            NAME, SHORT, Field("level", T("Ebene", "Level"), T("Kreis, Kommune, Stadtbezirk, Stadtteil oder Sozialraum", "County, municipality, district, quarter or social space"), "choice", required=True, choices=AREA_LEVELS),
            Field("code", T("Schlüssel der Stadt", "Municipal key"), T("Nummer in der Gliederung der Stadt", "Number in the town's own division")),
            Field("ags", T("AGS", "AGS"), T("Amtlicher Gemeindeschlüssel, acht Ziffern (Kreis: fünf)", "Official municipality key, eight digits (county: five)"), "code", lengths=(8, 5), identifier="ags"),
            Field("geometry", T("Fläche", "Shape"), T("GeoJSON-Fläche, WGS 84", "GeoJSON shape, WGS 84"), "geometry"), NOTE,
        ),
        example="Nordstadt",
    ),
    NodeType(
        "Paper", T("Vorlage", "Paper"), T("Vorlagen", "Papers"), T("Vorlage im Rat (OParl: Paper)", "Council paper (OParl: Paper)"), Symbol("page", "▮", "#8A3324", "#8A3324"),
        (NAME, Field("reference", T("Nummer", "Number"), T("Zum Beispiel 2022/1106", "For example 2022/1106")), Field("kind", T("Art", "Kind"), T("Zum Beispiel Beschlussvorlage", "For example motion")), Field("date", T("Datum", "Date"), T("Tag der Vorlage", "Date of the paper"), "date"), URL, OPARL),
        example="Bericht des Bildungsbüros",
    ),
    NodeType(
        "Meeting", T("Sitzung", "Meeting"), T("Sitzungen", "Meetings"), T("Eine Sitzung eines Gremiums", "One meeting of a committee"), Symbol("cross", "✚", "#34609A", "#34609A"),
        (NAME, Field("date", T("Datum", "Date"), T("Tag der Sitzung", "Date of the meeting"), "date"), Field("place", T("Ort", "Place"), T("Wo sie stattfindet", "Where it takes place")), OPARL),
        example="Sitzung des Lenkungskreises",
    ),
    NodeType(
        "Indicator", T("Kennzahl", "Indicator"), T("Kennzahlen", "Indicators"), T("Was gemessen wird: Sozialindex, Kinder unter 6", "What is measured: social index, children under 6"), Symbol("bars", "▤", "#2F6B3A", "#2F6B3A"),
        (NAME, SHORT, DESCRIPTION, Field("unit", T("Einheit", "Unit"), T("Zum Beispiel Kinder, Prozent", "For example children, percent"))),
        example="Kinder unter 6",
    ),
)

NODES: dict[str, NodeType] = {t.name: replace(t, fields=(*t.fields, CONFIRMED, EXTRA)) for t in _NODES}

# ---- edges ------------------------------------------------------------------------------------------


def _pairs(starts: str, ends: str) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a in starts.split() for b in ends.split())


def _each(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((n, n) for n in names.split())


def _edge(
    name: str, label: Text, inverse: Text, about: Text, sheet: Text, start: Text, end: Text, ends: tuple[tuple[str, str], ...],
    *fields: Field, line: Line = Line("#8A92A1", 1.1), distinguish: tuple[str, ...] = ("since",), variant: str = "", variant_lines: dict[str, Line] | None = None, directed: bool = True,
) -> EdgeType:
    return EdgeType(name, label, inverse, about, ends, start, end, (*fields, *PERIOD, EXTRA), sheet, line, distinguish, variant, variant_lines, directed)


ROLE = Field("role", T("Rolle", "Role"), T("Zum Beispiel Vorsitz, Mitglied, Gast", "For example chair, member, guest"))
_ACTOR = T("Akteur", "Actor")
_WORK = "Gremium Institution Project Offer Goal"

_EDGES = (
    _edge("MEMBER_OF", T("Mitglied in", "member of"), T("Mitglieder", "members"), T("Sitzt im Gremium", "Sits in the committee"), T("Mitgliedschaften", "Memberships"),
          T("Mitglied", "Member"), T("Gremium", "Committee"), _pairs("Person Institution", "Gremium"), ROLE,
          Field("voting", T("Stimmberechtigt", "Voting"), T("Hat eine Stimme", "Has a vote"), "boolean"),
          Field("on_behalf_of", T("Entsandt von", "On behalf of"), T("Institution, für die jemand sitzt", "Institution that somebody sits for"), "reference", of="Institution"),
          line=Line("#6E83A8", 1.3, opacity=0.42), distinguish=("since", "role")),
    _edge("WORKS_FOR", T("Arbeitet bei", "works for"), T("Beschäftigt", "employs"), T("Arbeitet bei der Institution", "Works for the institution"), T("Beschäftigungen", "Employments"),
          T("Person", "Person"), T("Institution", "Institution"), _pairs("Person", "Institution"), Field("function", T("Funktion", "Function"), T("Zum Beispiel Schulleitung", "For example head teacher"))),
    _edge("PART_OF", T("Gehört zu", "part of"), T("Umfasst", "comprises"), T("Ist ein Teil davon", "Is a part of it"), T("Zugehörigkeiten", "Parts"), T("Teil", "Part"), T("Ganzes", "Whole"),
          (*_each("Area Institution Gremium Project Goal Theme"), ("Meeting", "Gremium"), ("Project", "Goal"))),
    _edge("LOCATED_IN", T("Liegt in", "located in"), T("Hier liegen", "located here"), T("Hat dort seine Anschrift", "Has its address there"), T("Standorte", "Locations"), _ACTOR, T("Gebiet", "Area"),
          _pairs("Institution Offer Project Gremium Meeting", "Area"),
          Field("basis", T("Grundlage", "Basis"), T("Woher der Ort bekannt ist", "How the place is known"), "choice", choices=_choices(("stated", "angegeben", "stated"), ("register", "Gemeindeschlüssel", "municipality key"), ("coordinates", "Koordinate", "coordinates")))),
    _edge("SERVES", T("Zuständig für", "serves"), T("Hier zuständig", "served by"), T("Ist für das Gebiet da", "Is there for the area"), T("Zuständigkeiten", "Areas served"), _ACTOR, T("Gebiet", "Area"), _pairs("Gremium Institution Project Offer", "Area")),
    _edge("RUNS", T("Trägt", "runs"), T("Träger", "run by"), T("Ist Träger davon", "Is the provider of it"), T("Trägerschaften", "Providers"), T("Träger", "Provider"), T("Getragen", "Run"), _pairs("Institution", "Institution Offer Project"), line=Line("#3A404C", 1.6, (9, 3, 2, 3), opacity=0.3)),
    _edge("TAKES_PART_IN", T("Beteiligt an", "takes part in"), T("Beteiligte", "participants"), T("Wirkt am Projekt mit", "Takes part in the project"), T("Beteiligungen", "Participations"), T("Beteiligt", "Participant"), T("Projekt", "Project"),
          _pairs("Institution Gremium Person", "Project"), ROLE, line=Line("#D55E00", 1.6, (1.5, 4), opacity=0.7)),
    _edge("FUNDS", T("Fördert", "funds"), T("Gefördert von", "funded by"), T("Gibt Geld dafür", "Gives money for it"), T("Förderungen", "Funding"), T("Geldgeber", "Funder"), T("Gefördert", "Funded"), _pairs("Institution", "Project Offer Institution"),
          Field("amount", T("Betrag", "Amount"), T("Gesamter Betrag", "Whole amount"), "number", "€")),
    _edge("COOPERATES_WITH", T("Kooperiert mit", "cooperates with"), T("Kooperiert mit", "cooperates with"), T("Arbeitet zusammen", "Works together"), T("Kooperationen", "Cooperations"), T("Partner A", "Partner A"), T("Partner B", "Partner B"),
          _pairs("Institution Gremium", "Institution Gremium"),
          Field("basis", T("Grundlage", "Basis"), T("Wie fest die Zusammenarbeit ist", "How firm the cooperation is"), "choice", choices=_choices(("contract", "mit Vertrag", "by contract"), ("agreed", "vereinbart", "agreed"), ("informal", "informell", "informal"))),
          line=Line("#12866F", 1.8, (7, 5), opacity=0.9), variant="basis",
          variant_lines={"contract": Line("#12866F", 3.6, opacity=0.9), "agreed": Line("#12866F", 2.2, opacity=0.9), "informal": Line("#12866F", 1.8, (7, 5), opacity=0.9)}, directed=False),
    _edge("ADDRESSES", T("Bearbeitet", "addresses"), T("Bearbeitet von", "addressed by"), T("Arbeitet am Thema", "Works on the theme"), T("Themenbezüge", "Theme links"), _ACTOR, T("Thema", "Theme"), _pairs(_WORK + " Paper", "Theme")),
    _edge("FOR_STAGE", T("Für Bildungsphase", "for stage"), T("Angebote und Akteure", "actors"), T("Ist für diese Phase da", "Is there for this stage"), T("Phasenbezüge", "Stage links"), _ACTOR, T("Bildungsphase", "Stage"), _pairs(_WORK, "Stage")),
    _edge("FOR_GROUP", T("Für Zielgruppe", "for target group"), T("Angebote und Akteure", "actors"), T("Ist für diese Gruppe da", "Is there for this group"), T("Zielgruppenbezüge", "Target group links"), _ACTOR, T("Zielgruppe", "Target group"), _pairs(_WORK, "TargetGroup")),
    _edge("PURSUES", T("Verfolgt", "pursues"), T("Verfolgt von", "pursued by"), T("Arbeitet auf das Ziel hin", "Works towards the goal"), T("Zielbezüge", "Goal links"), _ACTOR, T("Ziel", "Goal"), _pairs("Gremium Project Offer Institution", "Goal")),
    _edge("LED_BY", T("Geleitet von", "led by"), T("Leitet", "leads"), T("Hat die Leitung oder Geschäftsführung", "Has the lead"), T("Leitungen", "Leads"), T("Geleitet", "Led"), T("Leitung", "Lead"), _pairs("Gremium Project Institution Goal", "Person Institution")),
    _edge("REPORTS_TO", T("Berichtet an", "reports to"), T("Bekommt Bericht von", "receives reports from"), T("Legt Ergebnisse dort vor", "Presents its results there"), T("Berichtswege", "Reporting lines"), T("Berichtet", "Reports"), T("An", "To"),
          _pairs("Gremium Project", "Gremium"), Field("kind", T("Art", "Kind"), T("Bericht, Empfehlung, Beschlussvorlage", "Report, recommendation, motion")), line=Line("#1B4F9C", 2.2, arrow=True, opacity=0.28)),
    _edge("CONSULTED_IN", T("Beraten in", "consulted in"), T("Beriet", "consulted on"), T("Schritt der Beratungsfolge (OParl: Consultation)", "Step of the consultation (OParl: Consultation)"), T("Beratungen", "Consultations"), T("Vorlage", "Paper"), T("Beraten in", "Consulted in"),
          _pairs("Paper", "Meeting Gremium"), Field("position", T("Reihenfolge", "Position"), T("Stelle in der Beratungsfolge", "Place in the sequence"), "integer"), ROLE, Field("date", T("Datum", "Date"), T("Tag der Beratung", "Day of the consultation"), "date"),
          Field("result", T("Ergebnis", "Result"), T("Zum Beispiel beschlossen", "For example passed")), Field("authoritative", T("Federführend", "Authoritative"), T("Hat den Beschluss gefasst", "Took the decision"), "boolean"), distinguish=("date", "position")),
    _edge("SUBMITTED_BY", T("Eingebracht von", "submitted by"), T("Brachte ein", "submitted"), T("Hat die Vorlage eingebracht", "Submitted the paper"), T("Einbringungen", "Submissions"), T("Vorlage", "Paper"), T("Eingebracht von", "Submitted by"), _pairs("Paper", "Person Institution Gremium")),
    _edge("CONCERNS", T("Betrifft", "concerns"), T("Betroffen von", "concerned by"), T("Handelt davon", "Is about it"), T("Bezüge", "Concerns"), T("Vorlage", "Paper"), T("Betrifft", "Concerns"), _pairs("Paper", "Area Institution Gremium Project Offer Goal")),
    _edge("FOLLOWS", T("Folgt auf", "follows"), T("Nachfolger", "followed by"), T("Setzt es fort", "Continues it"), T("Nachfolgen", "Successions"), T("Neu", "New"), T("Alt", "Old"), _each("Gremium Institution Project Offer Goal Paper Meeting")),
    _edge("HAS_VALUE", T("Hat den Wert", "has value"), T("Werte", "values"), T("Gemessener Wert", "Measured value"), T("Werte", "Values"), T("Gebiet oder Institution", "Area or institution"), T("Kennzahl", "Indicator"), _pairs("Area Institution", "Indicator"),
          Field("value", T("Wert", "Value"), T("Zahl in der Einheit der Kennzahl", "Number in the indicator's unit"), "number", required=True), Field("year", T("Jahr", "Year"), T("Jahr der Messung", "Year of the measurement"), "integer"),
          Field("origin", T("Herkunft", "Origin"), T("Quelle und Stand des Wertes", "Source and date of the value")), distinguish=("year",)),
    _edge("CHECKED", T("Geprüft", "checked"), T("Geprüft in", "checked in"), T("Eine Erhebung fand dort nichts", "A survey found none there"), T("Prüfungen", "Checks"), T("Gebiet", "Area"), T("Thema", "Theme"), _pairs("Area", "Theme"),
          Field("stage", T("Bildungsphase", "Stage"), T("Für welche Phase gefragt wurde", "The stage asked about"), "reference", of="Stage"), Field("date", T("Datum", "Date"), T("Tag der Erhebung", "Day of the survey"), "date"),
          Field("by", T("Wer", "By"), T("Wer geprüft hat", "Who checked"), personal=True), distinguish=("stage", "date")),
)

EDGES: dict[str, EdgeType] = {t.name: t for t in _EDGES}


ACTORS: tuple[str, ...] = tuple(name for name, node in NODES.items() if node.actor)
"""Types that are drawn and searched as actors, in schema order."""


def sector(kind: object) -> str:
    """The sector key of an Institution's ``kind`` (see ``SECTORS``); unknown kinds stand with "culture"."""
    choice = NODES["Institution"].field("kind").choice(kind)
    return choice.group if choice and choice.group else "culture"


def level(kind: object) -> str:
    """The level (see ``LEVELS``) of a Gremium of this ``kind`` that states none: deciding bodies are politics, steering bodies steer, all others work."""
    choice = NODES["Gremium"].field("kind").choice(kind)
    return choice.group if choice and choice.group else "work"


def allowed(edge: str, start: str, end: str) -> bool:
    """May an edge of type ``edge`` lead from a ``start`` node to an ``end`` node?"""
    return edge in EDGES and (start, end) in EDGES[edge].ends
