-- Twenty worked queries: change a word and ask. The tests run each of them; docs/plans.md shows what each costs at two million stories.
-- kliping sql            opens psql; \d+ stories explains a view's columns, docs/tables.svg shows how the tables hang together
-- Instants are kept in UTC: AT TIME ZONE 'Asia/Jakarta' shows them as the desks print them.

-- ── for who builds a corpus ──────────────────────────────────────────────────────────────────────────────────────

-- 1. The newest stories on a word in any form. A word stands in search_index as its stem (tulis) and as printed (=menulis)
SELECT s.published_at AT TIME ZONE 'Asia/Jakarta' AS wib, outlet, title
FROM search_index i JOIN stories s USING (outlet, story_id)
WHERE lexemes @@ '''bangun'' & ''jembatan'''
ORDER BY i.published_at DESC NULLS LAST LIMIT 20;

-- 2. Stories and words a month, by outlet
SELECT date_trunc('month', day)::date AS month, outlet, sum(stories) AS stories, sum(words) AS words
FROM stories_daily
WHERE day >= '2024-01-01' AND day < '2024-07-01'
GROUP BY 1, 2 ORDER BY 1, 2;

-- 3. A sample of one in a hundred stories of a month, the same one every time
SELECT outlet, story_id, title
FROM stories
WHERE published_at >= '2024-05-01+07' AND published_at < '2024-06-01+07' AND hashtext(outlet || story_id) % 100 = 0
ORDER BY published_at;

-- 4. All that an author wrote, by the words of the byline
SELECT s.published_at, title, authors
FROM search_index i JOIN stories s USING (outlet, story_id)
WHERE lexemes @@ '''author:sri'' & ''author:wahyuni'''
ORDER BY i.published_at DESC NULLS LAST LIMIT 100;

-- 5. Stories with a tag, as the outlet writes it
SELECT published_at, outlet, title, tags
FROM stories
WHERE tags @> ARRAY['kopi']
ORDER BY published_at DESC NULLS LAST LIMIT 100;

-- 6. The forms in which a stem is printed, and how often as a name
SELECT word, stories, names FROM vocabulary WHERE stem = 'tulis' ORDER BY stories DESC;

-- 7. How long stories are, by outlet: a tenth is shorter, half, a tenth is longer
SELECT outlet, percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY words) AS words
FROM articles
WHERE (published_at AT TIME ZONE 'Asia/Jakarta')::date BETWEEN '2024-05-01' AND '2024-05-07'
GROUP BY outlet ORDER BY outlet;

-- 8. A story as it stood at a moment
SELECT fetched_at, title, text
FROM revisions
WHERE outlet = 'liputan6' AND story_id = '5590118' AND fetched_at <= now()
ORDER BY fetched_at DESC LIMIT 1;

-- 9. Where each field of a story came from, and what that said
SELECT field, told ->> 'from' AS source, told ->> 'said' AS said
FROM articles, jsonb_each(sources) AS each(field, told)
WHERE outlet = 'liputan6' AND story_id = '5590118';

-- 10. What cleaning took out of a story, line by line
SELECT position, rule, text FROM cuts WHERE outlet = 'liputan6' AND story_id = '5590118' ORDER BY position;

-- ── for who watches the news ─────────────────────────────────────────────────────────────────────────────────────

-- 11. Today by outlet, and the same weekday of the four weeks before
SELECT outlet, coalesce(sum(stories) FILTER (WHERE day = today), 0) AS today,
    round(coalesce(sum(stories) FILTER (WHERE day < today), 0) / 4.0, 1) AS usual
FROM stories_daily, (SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date AS today) AS calendar
WHERE day IN (today, today - 7, today - 14, today - 21, today - 28)
GROUP BY outlet ORDER BY outlet;

-- 12. How soon we have a story: the middle and the slowest twentieth of the last day, by outlet
SELECT outlet, count(*) AS stories, percentile_disc(0.5) WITHIN GROUP (ORDER BY delay) AS middle,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY delay) AS slow
FROM stories
WHERE published_at >= now() - interval '1 day'
GROUP BY outlet ORDER BY slow DESC;

-- 13. Who had it first: the earliest story of each outlet that prints a phrase
SELECT DISTINCT ON (outlet) outlet, s.published_at, title
FROM search_index i JOIN stories s USING (outlet, story_id)
WHERE lexemes @@ '''=jembatan'' <-> ''=gantung'''
ORDER BY outlet, s.published_at;

-- 14. Headlines that changed within a week of being seen
SELECT seen_at, outlet, title_before, title, after
FROM corrections
WHERE seen_at >= now() - interval '7 days' AND 'title' = ANY(changed)
ORDER BY seen_at DESC LIMIT 100;

-- 15. Stories that we hold and that their outlet has taken down or barred
SELECT p.outlet, p.state, p.fetched_at, a.published_at, a.title
FROM pages p JOIN articles a USING (outlet, story_id)
WHERE p.state IN ('gone', 'forbidden')
ORDER BY p.discovered_at DESC LIMIT 100;

-- 16. What was announced of a day and is not held, and why
SELECT outlet, story_id, state, cause, url
FROM missing
WHERE day = (now() AT TIME ZONE 'Asia/Jakarta')::date - 1
ORDER BY outlet, state LIMIT 500;

-- ── for who is on call ───────────────────────────────────────────────────────────────────────────────────────────

-- 17. How the last crawl of each outlet went, failed ones first
SELECT outlet, run, started_at, took, exit_code, counts ->> 'stored' AS stored
FROM last_runs
ORDER BY exit_code DESC NULLS FIRST, outlet;

-- 18. What fails now, by cause
SELECT outlet, state, cause, count(*) AS addresses, min(next_try_at) AS next_try
FROM missing
WHERE state IN ('failed', 'dead')
GROUP BY outlet, state, cause ORDER BY addresses DESC LIMIT 20;

-- 19. Pages refused in the last day, by reason: a new one at the top is a changed layout
SELECT outlet, reason, count(*) AS pages, min(url) AS example
FROM rejects, unnest(reasons) AS reason
WHERE refused_at >= now() - interval '1 day'
GROUP BY outlet, reason ORDER BY pages DESC LIMIT 20;

-- 20. Which rule cut how much of an outlet's newest thousand stories
SELECT rule, count(*) AS lines, count(DISTINCT c.story_id) AS stories, min(c.text) AS example
FROM (SELECT outlet, story_id FROM articles WHERE outlet = 'liputan6' ORDER BY published_at DESC NULLS LAST LIMIT 1000) AS newest
JOIN cuts c USING (outlet, story_id)
GROUP BY rule ORDER BY lines DESC LIMIT 30;
