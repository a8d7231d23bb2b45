// Functions that change nothing but what they return.
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

using Names = absl::flat_hash_set<absl::string_view>;

// Of pg_catalog, pg_proc.provolatile 'i' or 's', without those that run a query given as text
// (query_to_xml, ts_stat, …) or read files.
constexpr char kSteady[] =
    "abbrev abs acos acosd acosh age any_value area array_agg array_append array_cat "
    "array_dims array_fill array_length array_lower array_ndims array_position "
    "array_positions array_prepend array_remove array_replace array_reverse array_sort "
    "array_to_json array_to_string array_to_tsvector array_upper ascii asin asind asinh atan "
    "atan2 atan2d atand atanh avg bit_and bit_count bit_length bit_or bit_xor bool_and "
    "bool_or box btrim cardinality casefold cbrt ceil ceiling center char_length "
    "character_length chr circle col_description concat concat_ws convert convert_from "
    "convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c cume_dist "
    "current_database current_schema current_schemas current_setting current_user date_add "
    "date_bin date_part date_subtract date_trunc datemultirange daterange decode degrees "
    "dense_rank diameter div encode enum_first enum_last enum_range erf erfc every exp "
    "extract factorial family first_value floor format format_type gamma gcd generate_series "
    "generate_subscripts get_bit get_byte getdatabaseencoding has_column_privilege "
    "has_database_privilege has_function_privilege has_schema_privilege "
    "has_sequence_privilege has_table_privilege hashtext hashtextextended height host "
    "hostmask initcap int4multirange int4range int8multirange int8range isempty isfinite "
    "json_agg json_agg_strict json_array_elements json_array_elements_text json_array_length "
    "json_build_array json_build_object json_each json_each_text json_extract_path "
    "json_extract_path_text json_object json_object_agg json_object_keys json_populate_record "
    "json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof "
    "jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text "
    "jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text "
    "jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg "
    "jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query "
    "jsonb_path_query_array jsonb_path_query_first jsonb_populate_record "
    "jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls "
    "jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours "
    "justify_interval lag last_value lcm lead left length lgamma line ln log log10 lower "
    "lower_inc lower_inf lpad lseg ltrim make_date make_interval make_time make_timestamp "
    "make_timestamptz masklen max md5 min min_scale mod mode multirange netmask network "
    "normalize now npoints nth_value ntile num_nonnulls num_nulls nummultirange numnode "
    "numrange obj_description octet_length overlaps overlay parse_ident percent_rank "
    "percentile_cont percentile_disc pg_column_size pg_get_constraintdef pg_get_expr "
    "pg_get_indexdef pg_get_serial_sequence pg_get_viewdef pg_relation_size pg_size_pretty "
    "pg_table_size pg_total_relation_size pg_typeof phraseto_tsquery pi plainto_tsquery point "
    "polygon position pow power querytree quote_ident quote_literal quote_nullable radians "
    "radius range_agg range_intersect_agg range_merge rank regexp_count regexp_instr "
    "regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array "
    "regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept "
    "regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round "
    "row_number row_to_json rpad rtrim scale session_user set_bit set_byte setweight sha224 "
    "sha256 sha384 sha512 sign sin sind sinh slope split_part sqrt starts_with "
    "statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array "
    "string_to_table strip strpos substr substring sum system_user tan tand tanh text "
    "timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct "
    "to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc "
    "to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector "
    "transaction_timestamp translate trim_array trim_scale trunc ts_headline ts_rank "
    "ts_rank_cd tsmultirange tsquery_phrase tsrange tstzmultirange tstzrange "
    "tsvector_to_array unistr unnest upper upper_inc upper_inf uuid_extract_timestamp "
    "uuid_extract_version var_pop var_samp variance version websearch_to_tsquery width "
    "width_bucket xmlagg xpath xpath_exists ";

// Volatile, and harmless: setval() moves a sequence, set_config() counts as a SET.
constexpr char kVolatile[] =
    "array_sample array_shuffle clock_timestamp currval gen_random_uuid lastval nextval "
    "pg_sleep random random_normal set_config setseed setval timeofday uuidv4 uuidv7 ";

// Of extensions that are everywhere: pgcrypto, uuid-ossp, unaccent, pg_trgm.
constexpr char kOfExtensions[] =
    "crypt digest gen_random_bytes gen_salt hmac similarity strict_word_similarity unaccent "
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v5 word_similarity ";

const Names* Split(absl::string_view names) {
  return new Names(absl::StrSplit(names, ' ', absl::SkipEmpty()));
}

bool IsSteady(absl::string_view name) {
  static const Names* names = Split(kSteady);
  return names->contains(name);
}

bool IsVolatile(absl::string_view name) {
  static const Names* names = Split(kVolatile);
  return names->contains(name);
}

bool IsOfExtension(absl::string_view name) {
  static const Names* names = Split(kOfExtensions);
  return names->contains(name);
}

bool IsVolatileExtension(absl::string_view name) {
  return name == "gen_random_bytes" || name == "gen_salt" ||
         absl::StartsWith(name, "uuid_generate_v");
}

bool InCatalog(const SplitName& name) { return name.schema.empty() || name.schema == "pg_catalog"; }

}  // namespace

bool IsHarmlessFunction(const SplitName& name) {
  if (IsOfExtension(name.name)) return true;
  return InCatalog(name) && (IsSteady(name.name) || IsVolatile(name.name));
}

std::optional<bool> IsVolatileBuiltin(const SplitName& name) {
  if (IsOfExtension(name.name)) return IsVolatileExtension(name.name);
  if (!InCatalog(name)) return std::nullopt;
  if (IsVolatile(name.name)) return true;
  if (IsSteady(name.name)) return false;
  return std::nullopt;
}

}  // namespace autogen::impact
