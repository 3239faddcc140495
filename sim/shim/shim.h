/* Records what a process does to the files below one folder, in the order in which it happens.
 *
 * Preloaded (LD_PRELOAD) into the workload of the power loss test only; nothing of it ships. Each recorded call holds
 * one lock around the real call and its record, so the order of records is the order of effects. What the recorder
 * does not know how to record (a writable shared mapping, a symbolic link) ends the process with a message, so that no
 * change goes unseen; the checker also compares the replayed records with the real files.
 */
#pragma once
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define EXPORT __attribute__((visibility("default")))

/* What a record says. `sim/src/power_loss/log.rs` reads them. */
enum kind {
    MARK = 1,         /* data: what the workload said */
    CREATE = 2,       /* a file: inode, other = folder, name */
    MAKE_FOLDER = 3,  /* inode, other = folder, name */
    LINK = 4,         /* inode, other = folder, name */
    UNLINK = 5,       /* a name of a file or an empty folder: other = folder, name */
    RENAME = 6,       /* inode, other = old folder, offset = new folder, name = old, data = new */
    WRITE = 7,        /* inode, offset, data */
    TRUNCATE = 8,     /* inode, offset = new size */
    SYNC_BEGIN = 9,   /* inode, offset = ticket, other = 1 for fdatasync: what was done before is on disk at the end */
    SYNC_END = 10,    /* inode, offset = ticket */
    SYNC_FAILED = 11, /* inode, offset = ticket: what was done before may be lost for ever */
    START = 12,       /* a process begins; all earlier ones are gone */
};

/* What sort of thing an inode is; 0 for what is not below the folder. SHELF: the folder `bodies` and those in it. */
enum class { NOT_RECORDED, FOLDER, DATABASE, WAL, SHARED_MEMORY, OTHER, SHELF, BODY };

/* Where a path leads: the folder that has the name, and whether that is recorded. */
struct where {
    bool recorded;
    uint64_t folder;
    char name[256];
};

/* The lock around every recorded call. */
void shim_lock(void);
void shim_unlock(void);

void shim_record(enum kind kind, uint64_t inode, uint64_t offset, uint64_t other, const char *name, const void *data,
                 size_t data_bytes);
void shim_locate(int directory, const char *path, struct where *where);
enum class shim_class_of(uint64_t inode);
enum class shim_class_of_fd(int fd, uint64_t *inode);
bool shim_is_folder(uint64_t inode);
/* The classes of what gets the name `name` in a folder of the class `above`. */
enum class shim_class_of_file(enum class above, const char *name);
enum class shim_class_of_folder(enum class above, const char *name);
void shim_set_class(uint64_t inode, enum class class);
/* Notes that `fd` was opened outside the folder: its inode may have been a recorded one before. */
void shim_forget_fd(int fd);
/* Whether `fd` is the file of marks; `path` is what it was opened as. */
void shim_note_marks(int fd, const char *path);
bool shim_is_marks(int fd);
void shim_mark(const void *data, size_t data_bytes);
/* Whether a sync of this class is to be left out, as a disk that lies would. */
bool shim_drops_sync(enum class class);
/* Whether this sync or write is to fail. */
bool shim_fails_sync(void);
bool shim_fails_write(void);
void shim_pause_in_sync(void);
void shim_die(const char *what, const char *name);

/* The next definition of the function `name`, which this library stands before. */
void *shim_next(const char *name);
#define NEXT(name)                                                                                                      \
    static __typeof__(&name) next_##name;                                                                               \
    if (next_##name == NULL) next_##name = (__typeof__(&name))shim_next(#name)
