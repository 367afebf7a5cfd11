#include "SQLFiles.h"

// #embed is standard in C23 and an extension before it.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char migration_0001[] = {
#embed "../../sql/migrations/0001_catalog.sql"
};

static const unsigned char migration_0002[] = {
#embed "../../sql/migrations/0002_stretches_of_time.sql"
};

static const unsigned char migration_0003[] = {
#embed "../../sql/migrations/0003_properties.sql"
};

static const unsigned char migration_0004[] = {
#embed "../../sql/migrations/0004_statistics.sql"
};

static const unsigned char migration_0005[] = {
#embed "../../sql/migrations/0005_searched_collections.sql"
};

static const unsigned char migration_0006[] = {
#embed "../../sql/migrations/0006_property_names.sql"
};

static const unsigned char migration_0007[] = {
#embed "../../sql/migrations/0007_space_and_time.sql"
};

static const unsigned char migration_0008[] = {
#embed "../../sql/migrations/0008_loads.sql"
};

static const unsigned char migration_0009[] = {
#embed "../../sql/migrations/0009_writing.sql"
};

static const unsigned char migration_0010[] = {
#embed "../../sql/migrations/0010_places_of_properties.sql"
};

static const unsigned char migration_0011[] = {
#embed "../../sql/migrations/0011_noted_inserts.sql"
};

static const unsigned char migration_0012[] = {
#embed "../../sql/migrations/0012_property_sets.sql"
};

static const unsigned char migration_0013[] = {
#embed "../../sql/migrations/0013_keys_and_promotions.sql"
};

static const unsigned char migration_0014[] = {
#embed "../../sql/migrations/0014_mlflow.sql"
};

static const unsigned char migration_0015[] = {
#embed "../../sql/migrations/0015_model_changes.sql"
};

static const unsigned char migration_0016[] = {
#embed "../../sql/migrations/0016_lineage.sql"
};

static const unsigned char migration_0017[] = {
#embed "../../sql/migrations/0017_registrations_and_proofs.sql"
};

static const unsigned char migration_0018[] = {
#embed "../../sql/migrations/0018_kept_beside_models.sql"
};

static const unsigned char migration_0019[] = {
#embed "../../sql/migrations/0019_decided_documents.sql"
};

static const unsigned char migration_0020[] = {
#embed "../../sql/migrations/0020_authors_of_documents.sql"
};

static const unsigned char migration_0021[] = {
#embed "../../sql/migrations/0021_ends_of_models.sql"
};

static const unsigned char migration_0022[] = {
#embed "../../sql/migrations/0022_run_links.sql"
};

static const unsigned char migration_0023[] = {
#embed "../../sql/migrations/0023_renamed_models.sql"
};

static const unsigned char migration_0024[] = {
#embed "../../sql/migrations/0024_links_of_models.sql"
};

static const unsigned char migration_0025[] = {
#embed "../../sql/migrations/0025_faults_of_files.sql"
};

static const unsigned char migration_0026[] = {
#embed "../../sql/migrations/0026_collections_of_items.sql"
};

static const unsigned char migration_0027[] = {
#embed "../../sql/migrations/0027_model_properties.sql"
};

static const unsigned char migration_0028[] = {
#embed "../../sql/migrations/0028_model_properties_by_plpgsql.sql"
};

static const unsigned char migration_0029[] = {
#embed "../../sql/migrations/0029_places_in_time.sql"
};

static const unsigned char migration_0030[] = {
#embed "../../sql/migrations/0030_places_in_time_alone.sql"
};
static const unsigned char migration_0031[] = {
#embed "../../sql/migrations/0031_names_of_properties.sql"
};

static const unsigned char functions_values[] = {
#embed "../../sql/functions/values.sql"
};

static const unsigned char functions_texts[] = {
#embed "../../sql/functions/texts.sql"
};

static const unsigned char functions_numbers[] = {
#embed "../../sql/functions/numbers.sql"
};

static const unsigned char functions_arrays[] = {
#embed "../../sql/functions/arrays.sql"
};

static const unsigned char functions_geometries[] = {
#embed "../../sql/functions/geometries.sql"
};

static const unsigned char grids[] = {
#embed "../../sql/functions/grids.sql"
};

static const unsigned char roles[] = {
#embed "../../sql/roles.sql"
};

static const SQLFile files[] = {
    {"migrations/0001_catalog.sql", migration_0001, sizeof migration_0001},
    {"migrations/0002_stretches_of_time.sql", migration_0002, sizeof migration_0002},
    {"migrations/0003_properties.sql", migration_0003, sizeof migration_0003},
    {"migrations/0004_statistics.sql", migration_0004, sizeof migration_0004},
    {"migrations/0005_searched_collections.sql", migration_0005, sizeof migration_0005},
    {"migrations/0006_property_names.sql", migration_0006, sizeof migration_0006},
    {"migrations/0007_space_and_time.sql", migration_0007, sizeof migration_0007},
    {"migrations/0008_loads.sql", migration_0008, sizeof migration_0008},
    {"migrations/0009_writing.sql", migration_0009, sizeof migration_0009},
    {"migrations/0010_places_of_properties.sql", migration_0010, sizeof migration_0010},
    {"migrations/0011_noted_inserts.sql", migration_0011, sizeof migration_0011},
    {"migrations/0012_property_sets.sql", migration_0012, sizeof migration_0012},
    {"migrations/0013_keys_and_promotions.sql", migration_0013, sizeof migration_0013},
    {"migrations/0014_mlflow.sql", migration_0014, sizeof migration_0014},
    {"migrations/0015_model_changes.sql", migration_0015, sizeof migration_0015},
    {"migrations/0016_lineage.sql", migration_0016, sizeof migration_0016},
    {"migrations/0017_registrations_and_proofs.sql", migration_0017, sizeof migration_0017},
    {"migrations/0018_kept_beside_models.sql", migration_0018, sizeof migration_0018},
    {"migrations/0019_decided_documents.sql", migration_0019, sizeof migration_0019},
    {"migrations/0020_authors_of_documents.sql", migration_0020, sizeof migration_0020},
    {"migrations/0021_ends_of_models.sql", migration_0021, sizeof migration_0021},
    {"migrations/0022_run_links.sql", migration_0022, sizeof migration_0022},
    {"migrations/0023_renamed_models.sql", migration_0023, sizeof migration_0023},
    {"migrations/0024_links_of_models.sql", migration_0024, sizeof migration_0024},
    {"migrations/0025_faults_of_files.sql", migration_0025, sizeof migration_0025},
    {"migrations/0026_collections_of_items.sql", migration_0026, sizeof migration_0026},
    {"migrations/0027_model_properties.sql", migration_0027, sizeof migration_0027},
    {"migrations/0028_model_properties_by_plpgsql.sql", migration_0028, sizeof migration_0028},
    {"migrations/0029_places_in_time.sql", migration_0029, sizeof migration_0029},
    {"migrations/0030_places_in_time_alone.sql", migration_0030, sizeof migration_0030},
    {"migrations/0031_names_of_properties.sql", migration_0031, sizeof migration_0031},
    {"functions/values.sql", functions_values, sizeof functions_values},
    {"functions/texts.sql", functions_texts, sizeof functions_texts},
    {"functions/numbers.sql", functions_numbers, sizeof functions_numbers},
    {"functions/arrays.sql", functions_arrays, sizeof functions_arrays},
    {"functions/geometries.sql", functions_geometries, sizeof functions_geometries},
    {"functions/grids.sql", grids, sizeof grids},
    {"roles.sql", roles, sizeof roles},
};

size_t sql_file_count(void) { return sizeof files / sizeof files[0]; }

SQLFile sql_file(size_t index) { return files[index]; }
