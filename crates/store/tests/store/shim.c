/* A disk that can be stopped, torn, emptied and broken at any operation. Loaded with LD_PRELOAD, for tests only.
 *
 * It watches the files of one directory (SHIM_DIR) and counts what changes them: every write, truncation, sync,
 * creation, removal and renaming. For each file it keeps two contents: `now`, what a reader gets, and `kept`, what
 * would be on the medium if the power went. A write changes `now` and waits in a list; a sync that succeeds applies
 * the list to `kept`; one that fails forgets the list, as kernels do: those bytes can be read, and will never be
 * written. Names of files are kept in the same way, until the directory is synced. No real sync is made: what is on
 * the medium is decided here.
 *
 *   SHIM_AT=n            at the n-th operation, instead of it, the process ends with code 77
 *   SHIM_HOW=kill        what was written stays: the process died, the system did not
 *           =tear        the same, and the first half of the n-th write stays too
 *           =power       what was not synced is gone
 *           =scatter/s   each write that was not synced is there, gone, or there in some of its sectors, by seed s
 *   SHIM_DROP_SYNC=c/x   the first c syncs of files whose name ends in x say that they succeeded, and nothing is kept
 *   SHIM_FAIL=k/f/c/e    operations f to f+c-1 of kind k (write, sync) fail with errno e; without space, the first write by half
 *   SHIM_FAIL_NAME=x     only those of files whose name ends in x are counted for that
 *   SHIM_MEDIUM=dir      what is on the medium is left there at the end, for a later process to begin with
 *   SHIM_REPORT=file     how many operations there were, in all and of those that may fail
 *
 * -shm and .lock hold nothing that must survive; they are not modelled. At its end the shim compares `now` with the
 * real files: if anything went past it, the process ends with code 99, and the test must not count. For Linux with
 * 64 bits. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FDS = 1024, NAMES = 16, CRASHED = 77, ESCAPED = 99, SECTOR = 512 };
enum { WRITE, SYNC, OTHER };

struct bytes { unsigned char *at; size_t len; };
struct change { struct change *next; int is_truncate; size_t offset; struct bytes data; };
struct file { char name[64]; struct bytes now, kept; struct change *waiting; int is_modelled; };
struct names { struct { char name[64]; struct file *file; } of[NAMES]; int count; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char dir[512];
static const char *how, *fail_name, *drops_sync, *medium, *report;
static long at, drops_left, operations, failable, fail_kind = -1, fail_first, fail_count;
static int fail_errno, is_on;
static uint64_t seed;
static struct file *files[FDS], a_directory;
static struct names now;          /* what the process sees */
static struct names history[256]; /* the names after each change of them; the first is what is kept */
static int changes_of_names;

static void die(const char *what) { fprintf(stderr, "shim: %s\n", what); _exit(ESCAPED); }

static void *memory(size_t len) {
    void *found = calloc(1, len ? len : 1);
    if (!found) die("no memory");
    return found;
}

static void resize(struct bytes *bytes, size_t len) {
    bytes->at = realloc(bytes->at, len ? len : 1);
    if (!bytes->at) die("no memory");
    if (len > bytes->len) memset(bytes->at + bytes->len, 0, len - bytes->len);
    bytes->len = len;
}

static void put(struct bytes *bytes, size_t offset, const void *data, size_t len) {
    if (offset + len > bytes->len) resize(bytes, offset + len);
    memcpy(bytes->at + offset, data, len);
}

static void apply(struct bytes *bytes, const struct change *change) {
    if (change->is_truncate) resize(bytes, change->offset);
    else put(bytes, change->offset, change->data.at, change->data.len);
}

/* A change waits for its sync, behind those that wait already. */
static void wait_for_sync(struct file *file, int is_truncate, size_t offset, const void *data, size_t len) {
    struct change *change = memory(sizeof *change), **end = &file->waiting;
    change->is_truncate = is_truncate;
    change->offset = offset;
    if (!is_truncate) put(&change->data, 0, data, len);
    while (*end) end = &(*end)->next;
    *end = change;
}

static void forget(struct file *file, int is_applied) {
    while (file->waiting) {
        struct change *change = file->waiting;
        if (is_applied) apply(&file->kept, change);
        file->waiting = change->next;
        free(change->data.at);
        free(change);
    }
}

static struct file *named(struct names *names, const char *name) {
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->of[i].name, name)) return names->of[i].file;
    return NULL;
}

static void without(struct names *names, const char *name) {
    for (int i = 0; i < names->count; i++)
        if (!strcmp(names->of[i].name, name)) names->of[i--] = names->of[--names->count];
}

static void with(struct names *names, const char *name, struct file *file) {
    without(names, name);
    if (names->count == NAMES || strlen(name) > 63) die("too many files, or too long a name");
    strcpy(names->of[names->count].name, name);
    names->of[names->count++].file = file;
}

static void names_changed(void) {
    if (++changes_of_names == 256) die("too many names that were not synced");
    history[changes_of_names] = now;
}

/* The file's name in the watched directory, or NULL. */
static const char *watched(const char *path) {
    size_t len = strlen(dir);
    if (!is_on || strncmp(path, dir, len) || path[len] != '/' || strchr(path + len + 1, '/')) return NULL;
    return path + len + 1;
}

static int ends_in(const char *name, const char *end) {
    size_t len = strlen(name), end_len = strlen(end);
    return len >= end_len && !strcmp(name + len - end_len, end);
}

static int is_modelled(const char *name) { return !ends_in(name, "-shm") && !ends_in(name, ".lock"); }

static struct bytes content(const char *in, const char *name) {
    char path[600];
    struct bytes bytes = {0};
    snprintf(path, sizeof path, "%s/%s", in, name);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0);
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat)) die("a file cannot be read");
    resize(&bytes, stat.st_size);
    if (pread(fd, bytes.at, bytes.len, 0) != (ssize_t)bytes.len) die("a file cannot be read");
    syscall(SYS_close, fd);
    return bytes;
}

static void leave(const char *in, const char *name, struct bytes bytes) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", in, name);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || syscall(SYS_write, fd, bytes.at, bytes.len) != (long)bytes.len) die("a file cannot be left");
    syscall(SYS_close, fd);
}

static void check_that_nothing_escaped(void) {
    for (int i = 0; i < now.count; i++) {
        struct file *file = now.of[i].file;
        struct bytes real = content(dir, now.of[i].name);
        if (real.len != file->now.len || memcmp(real.at, file->now.at, real.len)) die("a change went past the shim");
        free(real.at);
    }
}

static void say_how_many(void) {
    FILE *out = report ? fopen(report, "w") : NULL;
    if (out) fprintf(out, "%ld %ld\n", operations, failable), fclose(out);
}

static uint64_t chance(uint64_t below) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed % below;
}

/* Some of the writes, and of some of them only some sectors. */
static void scatter(struct file *file) {
    for (struct change *change = file->waiting; change; change = change->next) {
        uint64_t fate = chance(3);
        if (fate == 0) continue;
        if (fate == 1 || change->is_truncate) { apply(&file->kept, change); continue; }
        for (size_t from = 0, to; from < change->data.len; from = to) {
            to = (change->offset + from) / SECTOR * SECTOR + SECTOR - change->offset;
            if (to > change->data.len) to = change->data.len;
            if (chance(2)) put(&file->kept, change->offset + from, change->data.at + from, to - from);
        }
    }
}

/* Makes the directory what the medium would hold after the power went. */
static void lose_power(int is_scattered) {
    struct names *names = &history[is_scattered ? chance(changes_of_names + 1) : 0];
    for (int i = 0; i < now.count; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", dir, now.of[i].name);
        syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    }
    char shm[600];
    snprintf(shm, sizeof shm, "%s/record.db-shm", dir);
    syscall(SYS_unlinkat, AT_FDCWD, shm, 0);
    for (int i = 0; i < names->count; i++) {
        if (is_scattered) scatter(names->of[i].file);
        leave(dir, names->of[i].name, names->of[i].file->kept);
    }
}

static void crash(int is_write, int fd, const void *data, size_t len, off_t offset) {
    check_that_nothing_escaped();
    int is_scattered = !strncmp(how, "scatter/", 8);
    if (is_write && !strcmp(how, "tear")) syscall(SYS_pwrite64, fd, data, len / 2, offset);
    if (is_write && is_scattered) wait_for_sync(files[fd], 0, offset, data, len);
    if (is_scattered || !strcmp(how, "power")) lose_power(is_scattered);
    say_how_many();
    _exit(CRASHED);
}

/* Counts an operation. True if it must fail; 2 if it is the first that does. */
static int counted(int kind, const char *name, int fd, const void *data, size_t len, off_t offset) {
    if (is_modelled(name) && ++operations == at) crash(kind == WRITE, fd, data, len, offset);
    if (kind != fail_kind || (fail_name && !ends_in(name, fail_name))) return 0;
    failable++;
    if (failable < fail_first || failable >= fail_first + fail_count) return 0;
    return failable == fail_first ? 2 : 1;
}

static ssize_t written(int fd, const void *data, size_t len, off_t offset, int moves) {
    struct file *file = files[fd];
    int fails = counted(WRITE, file->name, fd, data, len, offset);
    if (fails == 1 || (fails && (len < 2 || fail_errno != ENOSPC))) { errno = fail_errno; return -1; }
    if (fails) len /= 2;
    long done = moves ? syscall(SYS_write, fd, data, len) : syscall(SYS_pwrite64, fd, data, len, offset);
    if (done > 0 && file->is_modelled) {
        put(&file->now, offset, data, done);
        wait_for_sync(file, 0, offset, data, done);
    }
    return done;
}

ssize_t write(int fd, const void *data, size_t len) {
    if (fd < 0 || fd >= FDS || !files[fd]) return syscall(SYS_write, fd, data, len);
    pthread_mutex_lock(&lock);
    ssize_t done = written(fd, data, len, lseek(fd, 0, SEEK_CUR), 1);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset) {
    if (fd < 0 || fd >= FDS || !files[fd]) return syscall(SYS_pwrite64, fd, data, len, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = written(fd, data, len, offset, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset) { return pwrite64(fd, data, len, offset); }

int ftruncate64(int fd, off64_t len) {
    if (fd < 0 || fd >= FDS || !files[fd]) return syscall(SYS_ftruncate, fd, len);
    pthread_mutex_lock(&lock);
    struct file *file = files[fd];
    counted(OTHER, file->name, fd, NULL, 0, 0);
    int result = syscall(SYS_ftruncate, fd, len);
    if (!result && file->is_modelled) {
        resize(&file->now, len);
        wait_for_sync(file, 1, len, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t len) { return ftruncate64(fd, len); }

int fsync(int fd) {
    if (fd < 0 || fd >= FDS || !files[fd]) return syscall(SYS_fsync, fd);
    pthread_mutex_lock(&lock);
    struct file *file = files[fd];
    int fails = counted(SYNC, file->name, fd, NULL, 0, 0), result = 0;
    if (fails) errno = fail_errno, result = -1;
    if (drops_left > 0 && ends_in(file->name, drops_sync) && !fails) drops_left--, forget(file, 0);
    else if (file != &a_directory) forget(file, !fails);
    else if (!fails) history[0] = now, changes_of_names = 0;
    pthread_mutex_unlock(&lock);
    return result;
}

int fdatasync(int fd) { return fsync(fd); }

static int opened(const char *path, int flags, int mode) {
    const char *name = watched(path);
    if (!name && (!is_on || strcmp(path, dir))) return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&lock);
    struct file *file = name ? named(&now, name) : &a_directory;
    int creates = name && !file && (flags & O_CREAT) && is_modelled(name);
    int truncates = name && file && (flags & O_TRUNC);
    if (creates || truncates) counted(OTHER, name, -1, NULL, 0, 0);
    int fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= FDS) die("too many files are open");
    if (fd >= 0 && !file && (creates || !is_modelled(name))) {
        file = memory(sizeof *file);
        if (strlen(name) > 63) die("too long a name");
        strcpy(file->name, name);
        file->is_modelled = is_modelled(name);
        if (creates) with(&now, name, file), names_changed();
    }
    if (fd >= 0 && truncates) resize(&file->now, 0), wait_for_sync(file, 1, 0, NULL, 0);
    if (fd >= 0) files[fd] = file;
    pthread_mutex_unlock(&lock);
    return fd;
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
    va_end(list);
    return opened(path, flags | O_LARGEFILE, mode);
}

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
    va_end(list);
    return opened(path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < FDS) files[fd] = NULL;
    return syscall(SYS_close, fd);
}

int unlink(const char *path) {
    const char *name = watched(path);
    if (!name || !is_modelled(name)) return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&lock);
    if (named(&now, name)) counted(OTHER, name, -1, NULL, 0, 0);
    int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!result) without(&now, name), names_changed();
    pthread_mutex_unlock(&lock);
    return result;
}

int rename(const char *from, const char *to) {
    const char *old = watched(from), *new = watched(to);
    if (!old && !new) return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (!old || !new) die("a file was renamed out of the directory, or into it");
    pthread_mutex_lock(&lock);
    counted(OTHER, old, -1, NULL, 0, 0);
    int result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    struct file *file = named(&now, old);
    if (!result && file) {
        without(&now, old), with(&now, new, file), names_changed();
        strcpy(file->name, new);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static long number(const char *name) { return getenv(name) ? atol(getenv(name)) : 0; }

__attribute__((constructor)) static void start(void) {
    if (!getenv("SHIM_DIR") || strlen(getenv("SHIM_DIR")) >= sizeof dir) return;
    strcpy(dir, getenv("SHIM_DIR"));
    strcpy(a_directory.name, "/");
    how = getenv("SHIM_HOW") ? getenv("SHIM_HOW") : "kill";
    at = number("SHIM_AT"), drops_left = number("SHIM_DROP_SYNC");
    report = getenv("SHIM_REPORT"), medium = getenv("SHIM_MEDIUM"), fail_name = getenv("SHIM_FAIL_NAME");
    if (!strncmp(how, "scatter/", 8)) seed = strtoull(how + 8, NULL, 10) * 0x9e3779b97f4a7c15u | 1;
    drops_sync = drops_left ? strchr(getenv("SHIM_DROP_SYNC"), '/') + 1 : "";
    char kind[16];
    if (getenv("SHIM_FAIL")) {
        if (sscanf(getenv("SHIM_FAIL"), "%15[a-z]/%ld/%ld/%d", kind, &fail_first, &fail_count, &fail_errno) != 4)
            die("SHIM_FAIL is not understood");
        fail_kind = strcmp(kind, "sync") ? WRITE : SYNC;
    }
    DIR *listing = opendir(dir);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        if (entry->d_name[0] == '.' || !is_modelled(entry->d_name)) continue;
        struct file *file = memory(sizeof *file);
        with(&now, entry->d_name, file);
        strcpy(file->name, entry->d_name);
        file->is_modelled = 1;
        file->now = content(dir, entry->d_name);
        /* What an earlier process could read is not always what it has left on the medium. */
        char left[1200];
        snprintf(left, sizeof left, "%s/%s", medium ? medium : dir, entry->d_name);
        if (access(left, F_OK)) continue;
        file->kept = content(medium ? medium : dir, entry->d_name);
        with(&history[0], entry->d_name, file);
    }
    if (listing) closedir(listing);
    if (now.count > history[0].count) history[++changes_of_names] = now;
    is_on = 1;
}

__attribute__((destructor)) static void end(void) {
    if (!is_on) return;
    pthread_mutex_lock(&lock);
    check_that_nothing_escaped();
    for (int i = 0; medium && i < history[0].count; i++)
        leave(medium, history[0].of[i].name, history[0].of[i].file->kept);
    say_how_many();
    is_on = 0;
    pthread_mutex_unlock(&lock);
}
