// title: Mitglieder eines Gremiums | Members of a committee
// question: Wer sitzt in diesem Gremium, in welcher Rolle und für wen? | Who sits in this committee, in which role and for whom?
// reading: Eine Zeile ist eine Mitgliedschaft, die am Stichtag gilt; ohne Stichtag alle, auch beendete. | One row is one membership that holds on the day; without a day all, ended ones as well.
// parameter gremium node Gremium: Gremium | Committee
// parameter as_of date = "": Stand am | As of
// column id: Kennung | Id
// column name personal: Name | Name
// column role: Rolle | Role
// column voting: Stimmberechtigt | Voting
// column since: Seit | Since
// column until: Bis | Until
// column source: Quelle | Source
MATCH (g:Gremium {id: $gremium})<-[m:MEMBER_OF]-(who)
WHERE $as_of = "" OR (coalesce(m.since, "") <= $as_of AND coalesce(m.until, "9999") >= left($as_of, size(coalesce(m.until, "9999"))))
RETURN who.id AS id, who.name AS name, m.role AS role, m.voting AS voting, m.since AS since, m.until AS until, m.source AS source
ORDER BY name, since
