package writeconn

import (
	"errors"
	"fmt"
	"reflect"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// KeepLog does for a connection of modernc.org/sqlite what Conn's method does: that package
// has no way to say so.
func KeepLog(driverConn any) error {
	v := reflect.Indirect(reflect.ValueOf(driverConn))
	if v.Kind() != reflect.Struct {
		return fmt.Errorf("a connection is a %T", driverConn)
	}
	handle := v.FieldByName("db")
	if !handle.IsValid() || handle.Kind() != reflect.Uintptr {
		return fmt.Errorf("a %T has no handle", driverConn)
	}
	tls := libc.NewTLS()
	defer tls.Close()
	return keepLog(tls, uintptr(handle.Uint()))
}

func keepLog(tls *libc.TLS, db uintptr) error {
	args := libc.Xmalloc(tls, 16)
	if args == 0 {
		return errors.New("out of memory")
	}
	defer libc.Xfree(tls, args)
	if rc := sqlite3.Xsqlite3_db_config(tls, db, sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, libc.VaList(args, int32(1), uintptr(0))); rc != sqlite3.SQLITE_OK {
		return &Error{code: int(rc), text: "keep the log"}
	}
	return nil
}
