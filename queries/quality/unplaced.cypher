// title: Einrichtungen ohne Gebiet | Institutions without an area
// question: Welche Institutionen lassen sich keinem Gebiet zuordnen? | Which institutions cannot be placed in any area?
// reading: Ihnen fehlen Koordinate und Gebietsangabe, oder sie liegen außerhalb aller bekannten Flächen. Auf der Karte stehen sie in der Liste darunter. | They have neither coordinates nor a stated area, or lie outside every known shape. The map lists them beneath.
// denominator: alle Institutionen | all institutions
// column id: Kennung | Id
// column name: Name | Name
// column kind: Art | Kind
// column city: Ort | Town
// column source: Quelle | Source
MATCH (i:Institution)
OPTIONAL MATCH (i)-[:LOCATED_IN]->(a:Area)
WITH i, count(a) AS places
WHERE places = 0
RETURN i.id AS id, i.name AS name, i.kind AS kind, i.city AS city, i.source AS source
ORDER BY name
