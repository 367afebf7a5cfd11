// The one C door to GDAL, GEOS, PROJ and XGBoost. Shims only: what Swift cannot import (variadics, macros).
#pragma once
#include <gdal/gdal.h>
#include <gdal/gdal_alg.h>
#include <gdal/gdal_frmts.h>
#include <gdal/gdal_utils.h>
#include <gdal/gdalwarper.h>
#include <gdal/cpl_conv.h>
#include <gdal/cpl_error.h>
#include <gdal/cpl_string.h>
#include <gdal/cpl_vsi.h>
#include <gdal/ogr_api.h>
#include <gdal/ogr_srs_api.h>
#include <geodesic.h>
#include <geos_c.h>
#include <xgboost/c_api.h>

// Declared for C in <ogrsf_frmts.h>, which only C++ can read.
void RegisterOGRFlatGeobuf(void);
void RegisterOGRGeoPackage(void);

// Lets malloc keep so many arenas at most.
void gnomon_limit_arenas(int count);

// Fills in what stat tells of a regular file; the structure is one of large files, which Swift does not see.
void gnomon_describe_file(VSIStatBufL *status, long long size);
