// All sources by id, also those without a link, a row for each page: those from an id on, and below another.
// params: pages
// returns: sources
UNWIND $pages AS page
CALL (page) {
  MATCH (s:Source) USING INDEX s:Source(id)
  WHERE page[0] <= s.id < page[1]
  WITH s ORDER BY s.id
  RETURN collect([s.id, s.uri, s.sha256, s.excerpt]) AS sources
}
RETURN sources;
