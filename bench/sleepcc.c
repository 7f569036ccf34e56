// A compiler that sleeps instead of working, so that a machine with two processors can stand for a farm of hundreds.
// It answers what cachepot asks a gcc, sleeps as long as a real unit took, and writes an object as large as that unit's,
// whose bytes depend on the source alone. -DSLEEP_PERCENT=n makes it sleep n % of that (100 if not given).
//
// Times and sizes were recorded of gcc 12 -O2 -g with Lua 5.4.4 and zstd 1.5.4, 83 units.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int MILLIS[] = {
    16,  16,  18,  19,  31,  33,  36,  37,  49,  52,  54,  58,  61,  73,   75,   77,   77,   78,   80,   86,   91,
    91,  103, 104, 105, 105, 116, 120, 127, 129, 130, 137, 140, 141, 152,  155,  165,  172,  192,  198,  204,  210,
    211, 218, 224, 224, 232, 241, 252, 255, 278, 315, 339, 344, 351, 353,  382,  409,  410,  419,  439,  444,  485,
    491, 542, 543, 634, 644, 686, 693, 712, 802, 813, 990, 1035, 1324, 1639, 1641, 1648, 1727, 1767, 1955, 7554,
};
static const int BYTES[] = {
    2328,   2376,   3392,   6720,   7128,   8216,   9512,   10488,  11712,  13416,  14856,  16160,  19216,  23960,
    24472,  25080,  25120,  25920,  27728,  29536,  30064,  35160,  35296,  37312,  41640,  43384,  44256,  44608,
    46752,  48408,  50936,  51184,  52896,  54240,  59560,  60224,  62264,  62448,  70968,  74400,  75520,  75856,
    77632,  81224,  82800,  83264,  88088,  90760,  92072,  96792,  107952, 115848, 125672, 127960, 139024, 140536,
    143888, 144264, 151664, 152296, 165328, 166296, 171368, 193936, 200088, 215912, 227136, 245224, 250072, 310264,
    314016, 334640, 360120, 361600, 443368, 473664, 609096, 635720, 640320, 692648, 756792, 787216, 3186440,
};
enum { UNITS = sizeof MILLIS / sizeof *MILLIS };
_Static_assert(UNITS == sizeof BYTES / sizeof *BYTES, "each unit has a time and a size");

static void fail(const char *what, const char *which) {
    fprintf(stderr, "sleepcc: error: %s '%s'\n", what, which);
    exit(1);
}

static uint64_t digest(const char *file) {
    FILE *in = fopen(file, "rb");
    if (in == NULL) {
        fail("cannot read", file);
    }
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (int c = getc(in); c != EOF; c = getc(in)) {
        hash = (hash ^ (uint64_t)c) * 1099511628211u;
    }
    fclose(in);
    return hash;
}

static void sleep_millis(long millis) {
    struct timespec left = {millis / 1000, millis % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) {
    }
}

// Bytes that the digest of the source decides.
static void write_object(const char *file, uint64_t seed, int bytes) {
    FILE *out = fopen(file, "wb");
    if (out == NULL) {
        fail("cannot write", file);
    }
    for (int i = 0; i < bytes; i += 8) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        fwrite(&seed, 1, bytes - i < 8 ? (size_t)(bytes - i) : 8, out);
    }
    if (fclose(out) != 0) {
        fail("cannot write", file);
    }
}

static void write_rule(const char *file, const char *target, const char *source) {
    FILE *out = fopen(file, "w");
    if (out == NULL || fprintf(out, "%s: %s\n", target, source) < 0 || fclose(out) != 0) {
        fail("cannot write", file);
    }
}

int main(int argc, char **argv) {
    const char *source = NULL, *object = NULL, *rule = NULL;
    int percent = 100, is_list = 0, is_preprocessing = 0, is_verbose = 0;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (strncmp(a, "-print-prog-name=", 17) == 0 || strncmp(a, "-print-file-name=", 17) == 0) {
            puts(a + 17);
            return 0;
        } else if (a[0] == '-' && (strncmp(a, "-print-", 7) == 0 || strcmp(a, "-dumpmachine") == 0)) {
            puts(strcmp(a, "-dumpmachine") == 0 ? "x86_64-linux-gnu" : "");
            return 0;
        } else if (strcmp(a, "-o") == 0 && i + 1 < argc) {
            object = argv[++i];
        } else if (strcmp(a, "-MF") == 0 && i + 1 < argc) {
            rule = argv[++i];
        } else if (strcmp(a, "-x") == 0 && i + 1 < argc) {
            i++;
        } else if (strcmp(a, "-M") == 0 || strcmp(a, "-MM") == 0) {
            is_list = 1;
        } else if (strcmp(a, "-E") == 0) {
            is_preprocessing = 1;
        } else if (strcmp(a, "-v") == 0) {
            is_verbose = 1;
        } else if (strncmp(a, "-DSLEEP_PERCENT=", 16) == 0) {
            percent = atoi(a + 16);
        } else if (a[0] != '-') {
            source = a;
        }
    }
    if (is_verbose) {
        fputs("#include \"...\" search starts here:\n#include <...> search starts here:\nEnd of search list.\n", stderr);
    }
    if (is_preprocessing) {
        puts("cachepot_begin\ngcc 12 2 0\ncachepot_end");
        return 0;
    }
    if (source == NULL) {
        fail("no source in", argv[0]);
    }
    uint64_t seed = digest(source);
    if (is_list) {
        write_rule(rule == NULL ? "/dev/stdout" : rule, "unit.o", source);
        return 0;
    }
    int unit = (int)(seed % UNITS);
    sleep_millis((long)MILLIS[unit] * percent / 100);
    if (rule != NULL) {
        write_rule(rule, object == NULL ? "unit.o" : object, source);
    }
    write_object(object == NULL ? "a.out" : object, seed | 1, BYTES[unit]);
    return 0;
}
