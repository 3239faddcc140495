/* The log, what is recorded, and what is to go wrong. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC 0x52545350u /* "PSTR" */
#define SLOTS (1u << 16)

struct header {
    uint32_t magic;
    uint16_t kind;
    uint16_t unused;
    uint64_t inode, offset, other;
    uint32_t name_bytes, data_bytes;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct {
    uint64_t inode;
    enum class class;
} slots[SLOTS];
static bool active, faults;
static dev_t device, marks_device;
static ino_t marks_inode;
static int log_fd = -1;
static const char *marks_path;
static char dropped[64];
static uint64_t records, kill_at, random_state, fail_sync, fail_write, pause_us;

void *shim_next(const char *name) {
    void *next = dlsym(RTLD_NEXT, name);
    if (next == NULL) shim_die("there is no function", name);
    return next;
}

void shim_die(const char *what, const char *name) {
    dprintf(2, "shim: %s: %s\n", what, name);
    abort();
}

static uint64_t number(const char *variable) {
    const char *text = getenv(variable);
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static uint64_t draw(uint64_t below) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

static int found(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)type;
    enum class above = strstr(path, "/bodies/") == NULL ? FOLDER : SHELF;
    const char *name = path + place->base;
    shim_set_class(status->st_ino,
                   S_ISDIR(status->st_mode) ? shim_class_of_folder(above, name) : shim_class_of_file(above, name));
    return 0;
}

static void start(void) {
    const char *root = getenv("POSTROOM_SIM_ROOT"), *log = getenv("POSTROOM_SIM_LOG"), *drop;
    struct stat status;
    if (root == NULL || log == NULL) return;
    marks_path = getenv("POSTROOM_SIM_MARKS");
    if ((drop = getenv("POSTROOM_SIM_DROP")) != NULL) snprintf(dropped, sizeof dropped, "%s", drop);
    kill_at = number("POSTROOM_SIM_KILL_AT");
    fail_sync = number("POSTROOM_SIM_FAIL_SYNC");
    fail_write = number("POSTROOM_SIM_FAIL_WRITE");
    pause_us = number("POSTROOM_SIM_SYNC_PAUSE_US");
    random_state = number("POSTROOM_SIM_SEED") * 0x9e3779b97f4a7c15u + 0x2545f4914f6cdd1du;
    if (stat(root, &status) != 0) shim_die("cannot find the folder", root);
    device = status.st_dev;
    int (*next_open)(const char *, int, ...) = (int (*)(const char *, int, ...))shim_next("open");
    log_fd = next_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) shim_die("cannot write the log", log);
    /* What an earlier process has left. */
    if (nftw(root, found, 16, FTW_PHYS) != 0) shim_die("cannot read the folder", root);
    active = true;
    shim_record(START, status.st_ino, 0, 0, NULL, NULL, 0);
}

__attribute__((constructor)) static void construct(void) { pthread_once(&once, start); }

void shim_lock(void) { pthread_mutex_lock(&mutex); }

void shim_unlock(void) { pthread_mutex_unlock(&mutex); }

static void write_all(struct iovec *parts, int count) {
    static ssize_t (*next_writev)(int, const struct iovec *, int);
    if (next_writev == NULL) next_writev = (ssize_t(*)(int, const struct iovec *, int))shim_next("writev");
    while (count > 0) {
        ssize_t written = next_writev(log_fd, parts, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) shim_die("cannot write the log", strerror(errno));
        for (size_t left = (size_t)written; count > 0;) {
            size_t taken = left < parts->iov_len ? left : parts->iov_len;
            parts->iov_base = (char *)parts->iov_base + taken;
            parts->iov_len -= taken;
            left -= taken;
            if (parts->iov_len > 0) break;
            parts++;
            count--;
        }
    }
}

void shim_record(enum kind kind, uint64_t inode, uint64_t offset, uint64_t other, const char *name, const void *data,
                 size_t data_bytes) {
    int before = errno;
    size_t name_bytes = name == NULL ? 0 : strlen(name);
    struct header header = {MAGIC, kind, 0, inode, offset, other, name_bytes, data_bytes};
    struct iovec parts[3] = {{&header, sizeof header}, {(void *)name, name_bytes}, {(void *)data, data_bytes}};
    write_all(parts, 3);
    if (++records == kill_at) kill(getpid(), SIGKILL);
    errno = before;
}

static unsigned slot_of(uint64_t inode) {
    unsigned slot = (unsigned)(inode * 0x9e3779b97f4a7c15u >> 48) % SLOTS;
    while (slots[slot].inode != 0 && slots[slot].inode != inode) slot = (slot + 1) % SLOTS;
    return slot;
}

enum class shim_class_of(uint64_t inode) { return slots[slot_of(inode)].class; }

void shim_set_class(uint64_t inode, enum class class) {
    static unsigned used;
    unsigned slot = slot_of(inode);
    if (slots[slot].inode == 0 && ++used > SLOTS / 2) shim_die("too many files", "a shorter workload is needed");
    slots[slot].inode = inode;
    slots[slot].class = class;
}

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

bool shim_is_folder(uint64_t inode) {
    enum class class = shim_class_of(inode);
    return class == FOLDER || class == SHELF;
}

enum class shim_class_of_folder(enum class above, const char *name) {
    return above == SHELF || strcmp(name, "bodies") == 0 ? SHELF : FOLDER;
}

enum class shim_class_of_file(enum class above, const char *name) {
    if (above == SHELF) return BODY;
    if (ends_with(name, "-wal")) return WAL;
    if (ends_with(name, "-shm")) return SHARED_MEMORY;
    return ends_with(name, ".db") ? DATABASE : OTHER;
}

enum class shim_class_of_fd(int fd, uint64_t *inode) {
    struct stat status;
    int before = errno;
    if (!active || fstat(fd, &status) != 0 || status.st_dev != device) {
        errno = before;
        return NOT_RECORDED;
    }
    *inode = status.st_ino;
    return shim_class_of(status.st_ino);
}

void shim_forget_fd(int fd) {
    uint64_t inode;
    if (shim_class_of_fd(fd, &inode) != NOT_RECORDED) shim_set_class(inode, NOT_RECORDED);
}

void shim_locate(int directory, const char *path, struct where *where) {
    char copy[4096];
    struct stat status;
    int before = errno;
    where->recorded = false;
    if (!active || path == NULL || strlen(path) >= sizeof copy) return;
    strcpy(copy, path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/') copy[--length] = 0;
    char *slash = strrchr(copy, '/');
    const char *name = slash == NULL ? copy : slash + 1;
    const char *parent = slash == NULL ? "." : slash == copy ? "/" : copy;
    if (strlen(name) < sizeof where->name) {
        strcpy(where->name, name);
        if (slash != NULL) *slash = 0;
        if (fstatat(directory, parent, &status, 0) == 0 && status.st_dev == device) {
            where->folder = status.st_ino;
            where->recorded = shim_is_folder(status.st_ino);
        }
    }
    errno = before;
}

void shim_note_marks(int fd, const char *path) {
    struct stat status;
    if (fd < 0 || marks_path == NULL || strcmp(path, marks_path) != 0 || fstat(fd, &status) != 0) return;
    marks_device = status.st_dev;
    marks_inode = status.st_ino;
}

bool shim_is_marks(int fd) {
    struct stat status;
    return marks_inode != 0 && fstat(fd, &status) == 0 && status.st_ino == marks_inode &&
           status.st_dev == marks_device;
}

void shim_mark(const void *data, size_t data_bytes) {
    static const char on[] = "\"FaultsOn\"", off[] = "\"FaultsOff\"";
    if (data_bytes >= sizeof on - 1 && memcmp(data, on, sizeof on - 1) == 0) faults = true;
    if (data_bytes >= sizeof off - 1 && memcmp(data, off, sizeof off - 1) == 0) faults = false;
    shim_record(MARK, 0, 0, 0, NULL, data, data_bytes);
}

bool shim_drops_sync(enum class class) {
    static const char *names[] = {"", "folder", "database", "wal", "", "other", "shelf", "body"};
    return dropped[0] != 0 && (strcmp(dropped, "all") == 0 || strcmp(dropped, names[class]) == 0);
}

bool shim_fails_sync(void) { return faults && fail_sync > 0 && draw(10000) < fail_sync; }

bool shim_fails_write(void) {
    static uint64_t left;
    if (!faults) return false;
    if (left == 0 && fail_write > 0 && draw(10000) < fail_write) left = 1 + draw(4);
    return left > 0 && left-- > 0;
}

void shim_pause_in_sync(void) {
    if (pause_us > 0) usleep((useconds_t)draw(pause_us));
}
