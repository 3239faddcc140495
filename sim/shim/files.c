/* What is written into files, cut off and synced. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t pwrite_function(int, const void *, size_t, off_t);

static ssize_t next_pwrite_at(int fd, const void *data, size_t bytes, off_t offset) {
    NEXT(pwrite);
    return next_pwrite(fd, data, bytes, offset);
}

/* Writes at `offset`, or where the file stands when that is negative. */
static ssize_t written(int fd, const void *data, size_t bytes, off_t offset) {
    NEXT(write);
    uint64_t inode;
    if (shim_is_marks(fd)) {
        shim_lock();
        shim_mark(data, bytes);
        ssize_t done = next_write(fd, data, bytes);
        shim_unlock();
        return done;
    }
    enum class class = shim_class_of_fd(fd, &inode);
    if (class == NOT_RECORDED) return offset < 0 ? next_write(fd, data, bytes) : next_pwrite_at(fd, data, bytes, offset);
    shim_lock();
    if (class != SHARED_MEMORY && shim_fails_write()) {
        if (bytes < 2 || (bytes / 512) % 2 == 0) {
            shim_unlock();
            errno = ENOSPC;
            return -1;
        }
        bytes /= 2;
    }
    off_t at = offset;
    if (offset < 0) {
        struct stat status;
        bool append = (fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &status) == 0;
        at = append ? status.st_size : lseek(fd, 0, SEEK_CUR);
    }
    ssize_t done = offset < 0 ? next_write(fd, data, bytes) : next_pwrite_at(fd, data, bytes, offset);
    if (done > 0) shim_record(WRITE, inode, (uint64_t)at, 0, NULL, data, (size_t)done);
    shim_unlock();
    return done;
}

static ssize_t gathered(int fd, const struct iovec *parts, int count, off_t offset) {
    size_t bytes = 0;
    for (int part = 0; part < count; part++) bytes += parts[part].iov_len;
    char *all = malloc(bytes + 1), *end = all;
    if (all == NULL) shim_die("no memory", "writev");
    for (int part = 0; part < count; part++) {
        memcpy(end, parts[part].iov_base, parts[part].iov_len);
        end += parts[part].iov_len;
    }
    ssize_t done = written(fd, all, bytes, offset);
    int error = errno;
    free(all);
    errno = error;
    return done;
}

EXPORT ssize_t write(int fd, const void *data, size_t bytes) { return written(fd, data, bytes, -1); }

EXPORT ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
    return written(fd, data, bytes, offset);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
    return written(fd, data, bytes, offset);
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count) {
    NEXT(writev);
    uint64_t inode;
    if (!shim_is_marks(fd) && shim_class_of_fd(fd, &inode) == NOT_RECORDED) return next_writev(fd, parts, count);
    return gathered(fd, parts, count, -1);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return gathered(fd, parts, count, offset);
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    return gathered(fd, parts, count, offset);
}

static int sized(int fd, off_t size) {
    NEXT(ftruncate);
    uint64_t inode;
    if (shim_class_of_fd(fd, &inode) == NOT_RECORDED) return next_ftruncate(fd, size);
    shim_lock();
    int done = next_ftruncate(fd, size);
    if (done == 0) shim_record(TRUNCATE, inode, (uint64_t)size, 0, NULL, NULL, 0);
    shim_unlock();
    return done;
}

EXPORT int ftruncate(int fd, off_t size) { return sized(fd, size); }

EXPORT int ftruncate64(int fd, off64_t size) { return sized(fd, size); }

static int allocated(int fd, int mode, off_t offset, off_t bytes) {
    NEXT(fallocate);
    uint64_t inode;
    struct stat status;
    if (shim_class_of_fd(fd, &inode) == NOT_RECORDED) return next_fallocate(fd, mode, offset, bytes);
    if (mode != 0) shim_die("not recorded", "fallocate with a mode");
    shim_lock();
    bool grows = fstat(fd, &status) == 0 && status.st_size < offset + bytes;
    int done = next_fallocate(fd, mode, offset, bytes);
    if (done == 0 && grows) shim_record(TRUNCATE, inode, (uint64_t)(offset + bytes), 0, NULL, NULL, 0);
    shim_unlock();
    return done;
}

EXPORT int fallocate(int fd, int mode, off_t offset, off_t bytes) { return allocated(fd, mode, offset, bytes); }

EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t bytes) { return allocated(fd, mode, offset, bytes); }

EXPORT int posix_fallocate(int fd, off_t offset, off_t bytes) {
    return allocated(fd, 0, offset, bytes) == 0 ? 0 : errno;
}

EXPORT int posix_fallocate64(int fd, off64_t offset, off64_t bytes) {
    return allocated(fd, 0, offset, bytes) == 0 ? 0 : errno;
}

/* The file is not really synced: the checker makes its own power losses. What `fdatasync` leaves out, times and such,
 * the checker does not know either, so both do the same to its disk. */
static int synced(int fd, bool data_only) {
    NEXT(fsync);
    static uint64_t tickets;
    uint64_t inode;
    enum class class = shim_class_of_fd(fd, &inode);
    if (class == NOT_RECORDED) return next_fsync(fd);
    if (shim_drops_sync(class)) return 0;
    shim_lock();
    uint64_t ticket = ++tickets;
    shim_record(SYNC_BEGIN, inode, ticket, data_only, NULL, NULL, 0);
    shim_unlock();
    shim_pause_in_sync();
    shim_lock();
    bool fails = shim_fails_sync();
    shim_record(fails ? SYNC_FAILED : SYNC_END, inode, ticket, 0, NULL, NULL, 0);
    shim_unlock();
    if (fails) errno = EIO;
    return fails ? -1 : 0;
}

EXPORT int fsync(int fd) { return synced(fd, false); }

EXPORT int fdatasync(int fd) { return synced(fd, true); }

EXPORT void *mmap(void *address, size_t bytes, int protection, int flags, int fd, off_t offset) {
    NEXT(mmap);
    uint64_t inode;
    if ((flags & MAP_TYPE) == MAP_SHARED && (protection & PROT_WRITE) != 0 && fd >= 0) {
        /* SQLite's shared memory is no data: the first to open it after a crash begins it anew. */
        enum class class = shim_class_of_fd(fd, &inode);
        if (class != NOT_RECORDED && class != SHARED_MEMORY) shim_die("not recorded", "a writable shared mapping");
    }
    return next_mmap(address, bytes, protection, flags, fd, offset);
}

EXPORT void *mmap64(void *address, size_t bytes, int protection, int flags, int fd, off64_t offset) {
    return mmap(address, bytes, protection, flags, fd, offset);
}

EXPORT ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t bytes,
                               unsigned flags) {
    NEXT(copy_file_range);
    uint64_t inode;
    if (shim_class_of_fd(to, &inode) != NOT_RECORDED) {
        errno = ENOSYS; /* callers then read and write */
        return -1;
    }
    return next_copy_file_range(from, from_offset, to, to_offset, bytes, flags);
}
