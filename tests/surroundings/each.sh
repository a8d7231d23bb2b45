# Sourced by run: each setting that a database can carry, with each of its unusual values, alone. Prints what does not work, for a
# person to judge: a refusal that names the setting is as good as a run.
odd_values() {
  sql "$AUTOGEN_TEST_URL" -F $'\t' -c "
    SELECT name, v FROM pg_settings, LATERAL (
      SELECT unnest(enumvals) AS v WHERE vartype = 'enum'
      UNION ALL SELECT CASE setting WHEN 'on' THEN 'off' ELSE 'on' END WHERE vartype = 'bool'
      UNION ALL SELECT unnest(ARRAY[min_val, max_val]) WHERE vartype IN ('integer', 'real')) AS values
    WHERE context IN ('user', 'superuser', 'backend', 'superuser-backend') AND v IS DISTINCT FROM setting ORDER BY 1, 2"
}
bad=0 tried=0
while IFS=$'\t' read -r setting value; do
  tried=$((tried + 1))
  rm -rf one
  (with_settings one "$setting = '$value'") >one.txt 2>&1 || {
    bad=$((bad + 1))
    echo "== $setting = $value"
    grep -vE '^\s*$' one.txt | tail -n 6
  }
done < <(odd_values)
echo "$tried values tried, $bad to be judged"
