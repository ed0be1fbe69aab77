package machine

import "golang.org/x/sys/windows/registry"

// id returns what Windows made when it was installed.
func id() string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\Cryptography`, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return ""
	}
	defer key.Close() //nolint:errcheck // it was only read from
	guid, _, _ := key.GetStringValue("MachineGuid")
	return guid
}
